import type { Action, AgentEvent, Call } from "../events";
import { sha256 } from "../hash";
import type { Prepared, ToolCall } from "../tools/tool";

/** Makes a prepared call an action: what the card shows and what the approval is bound to. */
export async function makeAction(
  id: string,
  call: Call,
  tool: ToolCall,
  prepared: Prepared,
  again: string | undefined,
): Promise<Action> {
  return {
    id,
    callId: call.id,
    tool: call.name,
    title: tool.title,
    effect: tool.effect,
    preview: prepared.preview,
    hash: await hashOf(tool, prepared),
    ...(again === undefined ? {} : { again }),
  };
}

/** A call that never came so far as to have something to approve. Its hash is empty, so nothing can match it. */
export function unpreparedAction(id: string, call: Call, tool: ToolCall | undefined): Action {
  const effect = tool?.effect ?? { kind: "read", paths: [] };
  return {
    id,
    callId: call.id,
    tool: call.name,
    title: tool?.title ?? `A call of ${call.name} that could not be read`,
    effect,
    preview:
      effect.kind === "command"
        ? { kind: "command", command: effect.command, cwd: effect.cwd, timeoutMs: 120_000 }
        : { kind: "read", paths: effect.kind === "read" || effect.kind === "edit" ? effect.paths : [] },
    hash: "",
  };
}

/** SHA-256 of exactly what would be done: texts before and after, command, folder, script text. */
export function hashOf(tool: ToolCall, prepared: Prepared): Promise<string> {
  return sha256(JSON.stringify([tool.effect, tool.title, prepared.preview, prepared.edits]));
}

export function actionFor(callId: string, events: readonly AgentEvent[]): Action | undefined {
  const found = events.findLast((event) => event.type === "action_proposed" && event.action.callId === callId);
  return found?.type === "action_proposed" ? found.action : undefined;
}

export function wasStarted(actionId: string, events: readonly AgentEvent[]): boolean {
  return events.some((event) => event.type === "action_started" && event.actionId === actionId);
}
