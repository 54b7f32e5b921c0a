import type { Action, EndpointView, EventOf, FinishReason, Mode, ReplyStop, Timings, Trouble, Usage } from "./events";
import type { Plan } from "./plan/plan";

export interface UserItem {
  kind: "user";
  key: string;
  text: string;
  attachments: { label: string; text: string }[];
  by: "user" | "hearth";
}

export interface ReplyItem {
  kind: "reply";
  key: string;
  turn: number;
  text: string;
  reasoning: string;
  /** The call being written now: tool name and how many characters of arguments have arrived. */
  writing: { name: string; characters: number } | undefined;
  streaming: boolean;
  startedAt: number;
  endpoint: EndpointView;
  stop: ReplyStop | undefined;
  usage: Usage | undefined;
  timings: Timings | undefined;
  trouble: Trouble | undefined;
}

export type ActionState = "proposed" | "waiting" | "running" | "done" | "failed" | "refused" | "cancelled";

export interface ActionItem {
  kind: "action";
  key: string;
  action: Action;
  state: ActionState;
  /** Which rule judged it, and why. */
  rule: string | undefined;
  reason: string | undefined;
  answer: { allow: boolean; remark: string | undefined; hunks: string[] | undefined } | undefined;
  /** Which parts of an edit were decided so far; `version` grows with each change of the proposal. */
  proposal: { version: number; accepted: string[]; rejected: string[]; held: string[] };
  /** Live output of a command. */
  output: string;
  /** What the model was told. */
  result: string | undefined;
  exitCode: number | null | undefined;
  startedAt: number | undefined;
  durationMs: number | undefined;
  /** What it left in files; going back to before it is possible. */
  checkpoint: { id: string; files: EventOf<"checkpoint_made">["files"]; notes: string[] } | undefined;
}

export interface NoteItem {
  kind: "note";
  key: string;
  tone: "quiet" | "good" | "bad";
  text: string;
  /** What the user can do about it, as long as nothing else has happened to files or commits since. */
  offer?: NoteOffer | undefined;
  /** The commit that it tells of. */
  commit?: string | undefined;
  /** That commit became a part of another one. */
  isSquashed?: boolean;
}

export type NoteOffer = { kind: "redo"; checkpointId: string } | { kind: "squash" };

export interface VerifyItem {
  kind: "verify";
  key: string;
  round: number;
  rounds: number;
  test: string;
  command: string;
  outcome: EventOf<"verdict_given">["outcome"] | undefined;
  text: string;
  durationMs: number | undefined;
}

export interface FinishedItem {
  kind: "finished";
  key: string;
  reason: FinishReason;
  text: string;
  trouble: Trouble | undefined;
}

export type Item = UserItem | ReplyItem | ActionItem | NoteItem | VerifyItem | FinishedItem;

/** What a task looks like now. Host and panel fold the same events with the same function. */
export interface TaskView {
  id: string;
  title: string;
  mode: Mode;
  endpoint: EndpointView | undefined;
  /** The plan under discussion or, once approved, the pinned one. */
  plan: Plan | undefined;
  planApproved: boolean;
  items: Item[];
  /** `idle`: the user's turn. `waiting`: an approval stands. */
  status: "idle" | "thinking" | "replying" | "running" | "waiting" | "paused";
  usage: Usage | undefined;
  tokensPerSecond: number | undefined;
}

export function emptyTask(id: string): TaskView {
  return {
    id,
    title: "",
    mode: "act",
    endpoint: undefined,
    plan: undefined,
    planApproved: false,
    items: [],
    status: "idle",
    usage: undefined,
    tokensPerSecond: undefined,
  };
}
