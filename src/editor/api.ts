import type { HearthApi, Outcome } from "../core/api";
import type { AgentEvent, Mode } from "../core/events";
import type { Ending } from "../core/task";
import type { TaskDesk } from "./desk/task-desk";
import type { ModelChoice } from "./models/model-choice";
import type { Approvals } from "./review/approvals";

interface ApiParts {
  tasks: TaskDesk;
  models: ModelChoice;
  approvals: Approvals;
  newTaskId(): string;
  testing: boolean;
}

export function makeApi(parts: ApiParts): HearthApi {
  const { tasks, approvals } = parts;
  const api: HearthApi = {
    version: 1,
    startTask(request) {
      const id = parts.newTaskId();
      return { id, finished: runTask(parts, id, request) };
    },
    stop: (id) => tasks.task(id)?.stop(),
    onEvent: (listener) => tasks.onEvent(listener),
  };
  return parts.testing ? { ...api, answer: (actionId, answer) => approvals.answerTrusted(actionId, answer) } : api;
}

async function runTask(
  parts: ApiParts,
  id: string,
  request: { text: string; mode: Mode; endpoint?: string },
): Promise<Outcome> {
  await parts.models.ready();
  const { text, mode, endpoint } = request;
  const { task, finished } = await parts.tasks.start({ id, text, mode, attachments: [], endpoint });
  return outcomeOf(await finished, task.events);
}

function outcomeOf(ending: Ending, events: readonly AgentEvent[]): Outcome {
  const changed = events.flatMap((event) => (event.type === "action_finished" ? (event.changed ?? []) : []));
  return { reason: ending.reason, text: ending.text, changed: [...new Set(changed)] };
}
