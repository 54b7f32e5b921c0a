import * as z from "zod";
import { fitting } from "../../text/lines";
import { defineTool } from "../tool";
import description from "./description.md";

const limit = 100;

export const searchText = defineTool({
  name: "search_text",
  description,
  input: z.object({
    pattern: z.string().min(1),
    path: z.string().default("."),
    glob: z.string().optional(),
    literal: z.boolean().default(false),
  }),
  effect: ({ path }) => ({ kind: "read", paths: [path] }),
  title: ({ pattern, path, glob }) =>
    `Search for “${pattern}”${glob ? ` in ${glob}` : ""}${path === "." ? "" : ` below ${path}`}`,
  async run({ pattern, path, glob, literal }, { context }) {
    const query = { pattern, path, literal, caseSensitive: true, limit, ...(glob === undefined ? {} : { glob }) };
    const { hits, more } = await context.search.find(query, context.signal);
    if (hits.length === 0) {
      return { text: "No match." };
    }
    const all = hits.map((hit) => `${hit.path}:${hit.line}: ${hit.text}`);
    const lines = fitting(all, context.longestResult);
    const isCut = more || lines.length < all.length;
    return { text: lines.join("\n") + (isCut ? `\n[only the first ${lines.length} matches; narrow the search]` : "") };
  },
});
