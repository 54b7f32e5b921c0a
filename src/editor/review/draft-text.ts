import { applyFileCall } from "../../core/edits/apply-call";
import { names } from "../../core/edits/call-fields";
import { splitLines } from "../../core/edits/lines";
import { type FileCall, readEditCall } from "../../core/edits/read-call";
import { readPartialJson } from "./partial-json";

/** New texts are shown while they grow; where they go has to be known whole. */
const growing: ReadonlySet<string> = new Set([...names.new, ...names.content]);

export const streamedTools: ReadonlySet<string> = new Set(["edit_file", "write_file"]);

/** What a call that is being written says so far about one file. Undefined while that is nothing, or about several. */
export function readDraft(args: string): { call: FileCall; isWhole: boolean } | undefined {
  const { value, end } = readPartialJson(args, growing);
  const read = typeof value === "object" && value !== null ? readEditCall(withoutHalves(value)) : undefined;
  const [call, ...others] = read?.ok ? read.files : [];
  const isNamed = call !== undefined && others.length === 0 && call.path !== "" && call.kind !== "delete";
  return isNamed ? { call, isWhole: end !== undefined } : undefined;
}

/** The file as the call would leave it so far. Undefined when the call does not fit the file, or has not come to it yet. */
export function draftText(
  base: string | undefined,
  { call, isWhole }: { call: FileCall; isWhole: boolean },
): string | undefined {
  if (call.kind === "write") {
    return isWhole ? call.content : withRest(wholeLines(call.content), base);
  }
  if (call.kind !== "edit") {
    return undefined;
  }
  const last = call.edits.length - 1;
  const edits = call.edits.map((edit, index) =>
    isWhole || index < last ? edit : { ...edit, newText: wholeLines(edit.newText) },
  );
  const applied = applyFileCall(base, { ...call, edits });
  return applied.ok ? applied.text : undefined;
}

/** An edit of the list that has no new text yet cannot be read. */
function withoutHalves(value: object): object {
  const { edits } = value as { edits?: unknown };
  if (!Array.isArray(edits)) {
    return value;
  }
  const isWhole = (edit: unknown) => typeof edit === "object" && edit !== null && Object.keys(edit).length >= 2;
  return { ...value, edits: edits.filter(isWhole) };
}

/** A line that is still being written would be compared with all others at every letter. */
function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf("\n") + 1);
}

/** What the writing has not come to yet stands as it was. */
function withRest(written: string, base: string | undefined): string {
  return (
    written +
    splitLines(base ?? "")
      .slice(splitLines(written).length)
      .join("")
  );
}
