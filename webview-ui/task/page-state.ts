import type { AgentEvent, Mode, Trouble } from "../../src/core/events";
import { fold } from "../../src/core/fold";
import { emptyTask, type TaskView } from "../../src/core/task-view";
import type { TaskSummary, ToPanel } from "../../src/protocol/panel";

export type Surroundings = Extract<ToPanel, { type: "surroundings_changed" }>;

/** Everything the page shows. What the user does inside a card is kept beside it, see `kept-state.ts`. */
export interface PageState {
  surroundings: Surroundings | undefined;
  task: TaskView | undefined;
  /** The mode of the next message: what the host or the task said last. */
  mode: Mode;
  /** What the user sent and the model has not read yet. */
  pending: readonly string[];
  /** Texts that the host could not take: back into the input with them. Grows. */
  returned: readonly string[];
  /** What the server behind the task does while nothing of a reply can be seen. */
  modelStatus: string | undefined;
  /** One-time nonces of open approvals, by action id. */
  nonces: ReadonlyMap<string, string>;
  /** A request that could not be done, until it is dismissed. */
  failure: Trouble | undefined;
  /** The task history while it is shown. */
  history: readonly TaskSummary[] | undefined;
  /** The host's copy of the input; `version` grows with each restore. */
  draft: { text: string; sent: readonly string[]; version: number };
  /** Grows each time the host asks to put the cursor into the input. */
  focusAsked: number;
  /** Grows each time another task is shown. */
  opened: number;
}

export const emptyPage: PageState = {
  surroundings: undefined,
  task: undefined,
  mode: "act",
  pending: [],
  returned: [],
  modelStatus: undefined,
  nonces: new Map(),
  failure: undefined,
  history: undefined,
  draft: { text: "", sent: [], version: 0 },
  focusAsked: 0,
  opened: 0,
};

/** The page after these messages, in order. */
export function applyMessages(state: PageState, messages: readonly ToPanel[]): PageState {
  return joinProgress(messages).reduce(apply, state);
}

/** Neighbouring progress of one task becomes one message, so that a burst is folded once. */
function joinProgress(messages: readonly ToPanel[]): ToPanel[] {
  const joined: ToPanel[] = [];
  let open: Extract<ToPanel, { type: "task_progressed" }> | undefined;
  for (const message of messages) {
    if (message.type === "task_progressed" && open?.taskId === message.taskId) {
      open.events.push(...message.events);
      continue;
    }
    open = message.type === "task_progressed" ? { ...message, events: message.events.slice() } : undefined;
    joined.push(open ?? message);
  }
  return joined;
}

function apply(state: PageState, message: ToPanel): PageState {
  switch (message.type) {
    case "surroundings_changed": {
      const isNew = message.mode !== state.surroundings?.mode;
      return { ...state, surroundings: message, mode: isNew ? message.mode : state.mode };
    }
    case "task_restored": {
      const task = message.taskId === null ? undefined : fold(emptyTask(message.taskId), message.events);
      const mode = task?.mode ?? state.surroundings?.mode ?? state.mode;
      const opened = state.opened + 1;
      const fresh = { pending: message.waiting ?? [], modelStatus: undefined, history: undefined, failure: undefined };
      return { ...state, ...fresh, task, mode, opened };
    }
    case "task_progressed": {
      const before = state.task?.id === message.taskId ? state.task : emptyTask(message.taskId);
      const task = fold(before, message.events);
      const isOther = state.task?.id !== message.taskId;
      return {
        ...state,
        task,
        modelStatus: isOther || !isBusy(task) ? undefined : state.modelStatus,
        pending: isOther ? [] : withoutRead(state.pending, message.events),
        mode: task.mode === before.mode && !isOther ? state.mode : task.mode,
        history: isOther ? undefined : state.history,
        opened: state.opened + (isOther ? 1 : 0),
      };
    }
    case "model_status":
      return state.task?.id === message.taskId ? { ...state, modelStatus: message.text ?? undefined } : state;
    case "approval_opened":
      return { ...state, nonces: new Map(state.nonces).set(message.actionId, message.nonce) };
    case "tasks_listed":
      return { ...state, history: message.tasks };
    case "request_failed":
      return message.unsent === undefined
        ? { ...state, failure: message.trouble }
        : {
            ...state,
            failure: message.trouble,
            pending: without(state.pending, message.unsent),
            returned: [...state.returned, message.unsent],
          };
    case "draft_restored":
      return { ...state, draft: { text: message.text, sent: message.sent, version: state.draft.version + 1 } };
    case "input_focused":
      return { ...state, history: undefined, focusAsked: state.focusAsked + 1 };
  }
}

/** What is still unread after these events. */
function withoutRead(pending: readonly string[], events: readonly AgentEvent[]): readonly string[] {
  return events.reduce((left, event) => (event.type === "user_said" ? without(left, event.text) : left), pending);
}

/** Without the first text that is the same. */
function without(texts: readonly string[], text: string): readonly string[] {
  const at = texts.indexOf(text);
  return at < 0 ? texts : texts.toSpliced(at, 1);
}

export function isBusy(task: TaskView | undefined): boolean {
  return task !== undefined && task.status !== "idle" && task.status !== "paused";
}

/** The page after the user sent a text: it waits until the host says that the task has it. */
export function withSent(state: PageState, text: string): PageState {
  return { ...state, pending: [...state.pending, text] };
}

/** The page after a task was deleted from the list. */
export function withoutTask(state: PageState, taskId: string): PageState {
  return { ...state, history: state.history?.filter((task) => task.id !== taskId) };
}

/** The page after an answer: its nonce is used up. */
export function withAnswered(state: PageState, actionId: string): PageState {
  const nonces = new Map(state.nonces);
  nonces.delete(actionId);
  return { ...state, nonces };
}
