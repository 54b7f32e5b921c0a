import * as z from "zod";
import { fileChange } from "../../edits/hunks";
import { ToolFailure } from "../../errors";
import { applyEdits } from "../apply-edits";
import { defineTool } from "../tool";
import description from "./description.md";

export const writeFile = defineTool({
  name: "write_file",
  description,
  input: z.object({ path: z.string().min(1), content: z.string() }),
  effect: ({ path }) => ({ kind: "edit", paths: [path] }),
  title: ({ path }) => `Write ${path}`,
  async prepare({ path, content }, { files, signal }) {
    const facts = await files.look(path, signal);
    if (facts?.kind === "folder") {
      throw new ToolFailure(`${path} is a folder.`);
    }
    const base = facts ? await files.read(path, signal) : undefined;
    if (base === content) {
      throw new ToolFailure(`${path} already holds exactly this text.`);
    }
    return {
      preview: { kind: "edit", files: [fileChange(path, base, content)] },
      edits: [{ path, base, target: content }],
    };
  },
  run: (_, run) => applyEdits(run),
});
