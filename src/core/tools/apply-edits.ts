import { fileChange } from "../edits/hunks";
import type { FileEdit } from "../ports";
import type { ToolResult, ToolRun } from "./tool";

/** Writes what was accepted and tells the model what the files hold now, a formatter's changes included. */
export async function applyEdits({ context, edits, notes: readAs }: ToolRun): Promise<ToolResult> {
  const label = `Hearth: ${edits.map((edit) => edit.path).join(", ")}`;
  const after = await context.files.apply(edits, label, context.signal);
  const texts = new Map(after.map((file) => [file.path, file.text]));
  const notes = edits.map((edit) => whatHappened(edit, texts.get(edit.path)));
  const read = new Map([...texts].filter((entry): entry is [string, string] => entry[1] !== undefined));
  return { text: [...notes, ...readAs].join("\n"), changed: edits.map((edit) => edit.path), read };
}

function whatHappened(edit: FileEdit, now: string | undefined): string {
  if (edit.target === undefined) {
    return `Deleted ${edit.path}.`;
  }
  const verb = edit.base === undefined ? "Created" : "Changed";
  if (now === undefined || now === edit.target) {
    return `${verb} ${edit.path}.`;
  }
  const formatted = fileChange(edit.path, edit.target, now).hunks.flatMap((hunk) => hunk.lines);
  return `${verb} ${edit.path}. On saving, the editor then changed:\n${formatted.slice(0, 60).join("\n")}`;
}
