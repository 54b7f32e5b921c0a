import { applyFileCall } from "./edits/apply-call";
import { readEditsInText } from "./edits/edits-in-text";
import type { FileCall } from "./edits/read-call";
import { ToolFailure } from "./errors";
import { holdsPlaceholder } from "./escalation/redactor";
import type { LoopState } from "./loop";
import type { Files, Reply } from "./ports";
import { modeOf } from "./standing";
import type { Ports } from "./task-ports";

const editTool = "edit_file";

/**
 * Some models write their edits as search/replace blocks or a patch instead of calling the tool. They become the call that was
 * meant, without an id yet, which is shown and asked for like any other. What stands for a secret is put back in calls
 * alone, so a text with one stays.
 */
export async function withTextEditsAsCall(
  reply: Reply,
  state: LoopState,
  { tools, files }: Pick<Ports, "tools" | "files">,
  signal: AbortSignal,
): Promise<Reply> {
  const canEdit = modeOf(state.events) === "act" && tools.some(({ name }) => name === editTool);
  const isWhole = reply.stop === "stop" && reply.calls.length === 0 && !state.habits?.answersOnly;
  const isWritable = isWhole && !holdsPlaceholder(reply.text);
  const written = canEdit && isWritable ? readEditsInText(reply.text) : undefined;
  if (written === undefined || !(await areMeant(written.files, files, signal))) {
    return reply;
  }
  const call = { id: "", name: editTool, arguments: JSON.stringify(written.input) };
  return { ...reply, text: written.rest, calls: [call] };
}

/** An example is about no file of the workspace, and a report about what its files hold already. */
async function areMeant(edits: readonly FileCall[], files: Files, signal: AbortSignal): Promise<boolean> {
  try {
    const fits = await Promise.all(edits.map((edit) => fitOf(edit, files, signal)));
    return !fits.includes("nowhere") && fits.includes("here");
  } catch (error) {
    if (error instanceof ToolFailure || signal.aborted) {
      return false;
    }
    throw error;
  }
}

type Fit = "here" | "nowhere" | "new" | "done";

async function fitOf(edit: FileCall, files: Files, signal: AbortSignal): Promise<Fit> {
  const facts = await files.look(edit.path, signal);
  if (facts === undefined) {
    return edit.kind === "write" ? "new" : "nowhere";
  }
  if (facts.kind !== "file" || facts.resolved === undefined) {
    return "nowhere";
  }
  const applied = applyFileCall(await files.read(edit.path, signal), edit);
  return !applied.ok && ["already_applied", "no_change"].includes(applied.kind) ? "done" : "here";
}
