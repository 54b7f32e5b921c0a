import type { Action, NewEvent } from "../events";
import type { ShownEdit } from "../ports";
import type { Prepared, ToolCall, ToolContext } from "../tools/tool";
import { hashOf } from "./action";
import { namedChanges } from "./named-hunks";
import { rebased } from "./shown-edits";

/** The edits on top of what the files hold now, and those files where that cannot be. */
export async function rebase(
  edits: readonly ShownEdit[],
  context: Pick<ToolContext, "files" | "signal">,
): Promise<{ shown: ShownEdit[]; conflicts: string[] }> {
  const conflicts: string[] = [];
  const shown: ShownEdit[] = [];
  for (const edit of edits) {
    const now = edit.accepted === edit.base ? edit : rebased(edit, await textNow(edit.path, context));
    if (now === undefined) {
      conflicts.push(edit.path);
    }
    shown.push(now ?? edit);
  }
  return { shown, conflicts };
}

async function textNow(
  path: string,
  { files, signal }: Pick<ToolContext, "files" | "signal">,
): Promise<string | undefined> {
  const facts = await files.look(path, signal);
  return facts?.kind === "file" && (facts.resolved !== undefined || facts.size > 0)
    ? files.read(path, signal)
    : undefined;
}

/** For the record: the parts that stand elsewhere now. */
export function* tellRebased(
  action: Action,
  before: readonly ShownEdit[],
  now: readonly ShownEdit[],
): Generator<NewEvent, void> {
  const moved = now.filter((edit, index) => edit !== before[index]);
  if (moved.length > 0) {
    const all = namedChanges(now);
    const files = moved.flatMap(({ path }) => all.find((file) => file.path === path) ?? []);
    yield { type: "proposal_changed", actionId: action.id, files, accepted: [], rejected: [], held: [] };
  }
}

/** What the approval is bound to: the action as it was asked for, or as the user has made it. */
export async function hashAsShown(
  tool: ToolCall,
  action: Action,
  prepared: Prepared,
  shown: readonly ShownEdit[],
): Promise<string> {
  const edits = shown.map(({ accepted: _, ...edit }) => edit);
  const isAsAsked = edits.every(({ base, target }, index) => {
    const asked = prepared.edits[index];
    return base === asked?.base && target === asked?.target;
  });
  const files = namedChanges(edits);
  return isAsAsked ? action.hash : hashOf(tool, { preview: { kind: "edit", files }, edits });
}

export function conflictText(paths: readonly string[]): string {
  return `${paths.join(", ")} changed after this was shown; the proposal now stands on the new text.`;
}
