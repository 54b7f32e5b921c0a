import * as z from "zod";
import { ToolFailure } from "../../errors";
import { fitting, linesOf } from "../../text/lines";
import { plainPath } from "../../text/plain-path";
import { defineTool } from "../tool";
import description from "./description.md";

const longestLine = 2_000;
const writeWhole = "\n[To change this file, write it whole with write_file.]";

export const readFile = defineTool({
  name: "read_file",
  description,
  input: z.object({
    path: z.string().min(1).overwrite(plainPath),
    from: z.coerce.number().int().positive().default(1),
    count: z.coerce.number().int().positive().max(2_000).optional(),
  }),
  effect: ({ path }) => ({ kind: "read", paths: [path] }),
  title: ({ path, from, count }) =>
    from === 1
      ? `Read ${path}`
      : `Read ${path}, ${count ? `lines ${from} to ${from + count - 1}` : `from line ${from}`}`,
  async run({ path, from, count = 0 }, { context }) {
    const facts = await context.files.look(path, context.signal);
    if (!facts) {
      throw new ToolFailure(`There is no file ${path}. Use list_files or search_text to find it.`);
    }
    if (facts.kind === "folder") {
      throw new ToolFailure(`${path} is a folder. Use list_files.`);
    }
    const text = await context.files.read(path, context.signal);
    const lines = linesOf(text);
    if (from > Math.max(lines.length, 1)) {
      throw new ToolFailure(`${path} has only ${lines.length} lines.`);
    }
    const wanted = lines.slice(from - 1, from - 1 + (count || context.usualLines));
    const shown = fitting(
      wanted.map((line, index) => `${from + index}\t${cut(line)}`),
      context.longestResult,
    );
    const next = from + shown.length;
    const more = next <= lines.length ? `\n[${lines.length} lines in all; continue with from=${next}]` : "";
    const isWhole = shown.length > 0 && shown.length === lines.length;
    const advice = isWhole && lines.length <= context.wholeFileBelowLines ? writeWhole : "";
    return {
      text: lines.length === 0 ? "[the file is empty]" : shown.join("\n") + more + advice,
      read: new Map([[path, text]]),
    };
  },
});

function cut(line: string): string {
  return line.length <= longestLine
    ? line
    : `${line.slice(0, longestLine)} [… ${line.length - longestLine} more characters on this line]`;
}
