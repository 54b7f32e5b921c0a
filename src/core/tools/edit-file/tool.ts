import * as z from "zod";
import { type FileCall, readEditCall } from "../../edits/read-call";
import { applyEdits } from "../apply-edits";
import { prepareEdits } from "../prepare-edits";
import { defineTolerantTool } from "../tool";
import description from "./description.md";

export const editFile = defineTolerantTool<FileCall[], unknown>({
  name: "edit_file",
  description,
  input: z.object({
    path: z.string().min(1),
    edits: z.array(z.object({ old_text: z.string(), new_text: z.string() })).min(1),
  }),
  accept(raw) {
    const read = readEditCall(raw);
    if (!read.ok) {
      return { ok: false, problem: read.failure };
    }
    return read.files.some(({ path }) => path === "")
      ? { ok: false, problem: "path: which file is to be changed?" }
      : { ok: true, input: read.files };
  },
  effect: (files) => ({ kind: "edit", paths: pathsOf(files) }),
  title: (files) => `Edit ${pathsOf(files).join(", ")}`,
  prepare: prepareEdits,
  run: (_, run) => applyEdits(run),
});

function pathsOf(files: readonly FileCall[]): string[] {
  const named = files.flatMap((file) =>
    file.kind === "edit" && file.moveTo !== undefined ? [file.path, file.moveTo] : [file.path],
  );
  return [...new Set(named)];
}
