import { namedChanges } from "../action/named-hunks";
import { applyFileCall } from "../edits/apply-call";
import type { FileCall } from "../edits/read-call";
import { ToolFailure } from "../errors";
import type { FileEdit } from "../ports";
import type { Prepared, ToolContext } from "./tool";

/** Works out what the files of a call would hold; all of them or none. Throws `ToolFailure` with a text for the model. */
export async function prepareEdits(calls: readonly FileCall[], context: ToolContext): Promise<Prepared> {
  const drafts = new Map<string, FileEdit>();
  const notes: string[] = [];
  for (const call of calls) {
    const draft = drafts.get(call.path) ?? (await readDraft(call.path, context));
    const applied = applyFileCall(draft.target, call, context.seen.get(call.path));
    if (!applied.ok) {
      throw new ToolFailure(applied.failure);
    }
    notes.push(...applied.notes);
    if (applied.moveTo === undefined) {
      drafts.set(call.path, { ...draft, target: applied.text });
    } else {
      const there = drafts.get(applied.moveTo) ?? (await readDraft(applied.moveTo, context));
      if (there.target !== undefined) {
        throw new ToolFailure(
          `${applied.moveTo} exists already, so ${call.path} was not moved there. Nothing was changed.`,
        );
      }
      const { base, movedFrom = base === undefined ? undefined : call.path } = draft;
      drafts.delete(call.path);
      drafts.set(applied.moveTo, { ...there, target: applied.text, movedFrom });
      drafts.set(call.path, { path: call.path, base, target: undefined });
    }
  }
  const edits = [...drafts.values()].filter((edit) => edit.base !== edit.target);
  if (edits.length === 0) {
    throw new ToolFailure("This call changes nothing: the files already hold these texts.");
  }
  return { preview: { kind: "edit", files: namedChanges(edits) }, edits, notes };
}

async function readDraft(path: string, { files, signal }: ToolContext): Promise<FileEdit> {
  const facts = await files.look(path, signal);
  if (facts?.kind === "folder") {
    throw new ToolFailure(`${path} is a folder. Name a file.`);
  }
  const isThere = facts !== undefined && (facts.resolved !== undefined || facts.size > 0);
  const base = isThere ? await files.read(path, signal) : undefined;
  return { path, base, target: base };
}
