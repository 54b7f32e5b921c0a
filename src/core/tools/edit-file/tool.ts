import * as z from "zod";
import { fileChange } from "../../edits/hunks";
import { placeEdits } from "../../edits/place";
import { ToolFailure } from "../../errors";
import { applyEdits } from "../apply-edits";
import { defineTool } from "../tool";
import description from "./description.md";

export const editFile = defineTool({
  name: "edit_file",
  description,
  input: z.object({
    path: z.string().min(1),
    edits: z.array(z.object({ old_text: z.string(), new_text: z.string() })).min(1),
  }),
  effect: ({ path }) => ({ kind: "edit", paths: [path] }),
  title: ({ path }) => `Edit ${path}`,
  async prepare({ path, edits }, { files, seen, signal }) {
    const facts = await files.look(path, signal);
    if (facts?.kind !== "file") {
      throw new ToolFailure(`There is no file ${path}. Use write_file to create it.`);
    }
    const base = await files.read(path, signal);
    const before = seen.get(path);
    const placed = placeEdits(
      base,
      edits.map((edit) => ({ oldText: edit.old_text, newText: edit.new_text })),
      before === undefined ? { path } : { path, seen: before },
    );
    if (!placed.ok) {
      throw new ToolFailure(placed.failure);
    }
    if (placed.text === base) {
      throw new ToolFailure(`These edits change nothing in ${path}: the new text equals the old text.`);
    }
    return {
      preview: { kind: "edit", files: [fileChange(path, base, placed.text)] },
      edits: [{ path, base, target: placed.text }],
    };
  },
  run: (_, run) => applyEdits(run),
});
