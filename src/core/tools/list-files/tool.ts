import * as z from "zod";
import { fitting } from "../../text/lines";
import { defineTool } from "../tool";
import description from "./description.md";

const limit = 400;

export const listFiles = defineTool({
  name: "list_files",
  description,
  input: z.object({
    path: z.string().default("."),
    depth: z.coerce.number().int().positive().max(20).default(3),
  }),
  effect: ({ path }) => ({ kind: "read", paths: [path] }),
  title: ({ path }) => (path === "." ? "List the workspace" : `List ${path}`),
  async run({ path, depth }, { context }) {
    const { paths, more } = await context.files.list(path, { depth, limit }, context.signal);
    if (paths.length === 0) {
      return { text: `Nothing below ${path}.` };
    }
    const shown = fitting(paths, context.longestResult);
    const isCut = shown.length < paths.length;
    const most = isCut ? shown.length : limit;
    const note = isCut || more ? `\n[more than ${most} entries; list a folder below, or use search_text]` : "";
    return { text: shown.join("\n") + note };
  },
});
