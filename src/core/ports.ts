import type {
  Action,
  AgentEvent,
  Call,
  Effect,
  EndpointView,
  NewEvent,
  ReplyStop,
  Timings,
  Trouble,
  Usage,
} from "./events";
import type { FileForm } from "./review/file-review";

/** What the model has been told and has said, in order. Rendered from events; never edited. */
export type Message =
  | { role: "user"; text: string }
  | { role: "assistant"; text: string; reasoning: string; calls: Call[] }
  | { role: "tool"; callId: string; name: string; text: string };

/** A tool as the model sees it. `parameters` is plain JSON Schema. */
export interface ToolSpec {
  name: string;
  description: string;
  parameters: unknown;
}

export interface ModelRequest {
  system: string;
  tools: readonly ToolSpec[];
  messages: readonly Message[];
  /** The most tokens that the reply may have; absent: as many as there is room for. */
  replyTokens?: number;
  /** Why it is made, for the record of requests; absent: it is the next turn. It changes nothing of what is sent. */
  purpose?: string;
}

/** A piece of a reply as it arrives. `call` carries a piece of a call's arguments, for live display only. */
export type ReplyPiece =
  | { kind: "text"; text: string }
  | { kind: "reasoning"; text: string }
  | { kind: "call"; name: string; text: string };

/** A whole reply. Failures are data: a reply that ended with `error` or `aborted` keeps what had arrived. */
export interface Reply {
  text: string;
  reasoning: string;
  /**
   * Complete calls only, each with an id that is unique in the request and the reply. Arguments are what the model wrote:
   * JSON text, mended where only one mending was possible, or else as they came; whoever runs the call parses them and
   * tells the model.
   */
  calls: Call[];
  /** The text ends in what is written like a call and could not be taken as one. */
  hasUnreadCall?: boolean;
  usage?: Usage;
  timings: Timings;
  stop: ReplyStop;
  trouble?: Trouble;
}

/** What was found out about a model on its server, for the loop to go by. What is absent is as usual. */
export interface ModelHabits {
  /** Tokens per character of a request, as this model counted earlier ones. */
  tokensPerCharacter?: number | undefined;
  /** Share of the window at which the conversation is shortened, for a model that forgets in long prompts. */
  compactAtShare?: number | undefined;
  /** Lines that one read returns when the model does not say. */
  readLines?: number | undefined;
  /** Tokens to count with in place of what the server says it has configured. */
  contextTokens?: number | undefined;
  /** Calls of one reply that are run. */
  callsPerReply?: number | undefined;
  /** Files of up to this many lines are better written whole than edited. */
  wholeFileBelowLines?: number | undefined;
  /** It cannot call tools: it gets none and answers questions. */
  answersOnly?: boolean | undefined;
}

/** The model behind the one endpoint this task uses. */
export interface Model {
  readonly endpoint: EndpointView;
  readonly habits?: ModelHabits;
  /** The user was shown what is sent, so earlier messages must stay as they are. */
  readonly historyIsFixed?: boolean;
  /** Asks the server what is true now, so that `endpoint` holds. Cheap; never throws for what a server does. */
  refresh?(signal: AbortSignal): Promise<void>;
  /** Streams one turn. Never throws for what a server does; an aborted signal ends with `stop: "aborted"`. */
  reply(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ReplyPiece, Reply>;
}

export interface FileFacts {
  kind: "file" | "folder";
  /** Size in bytes on disk. */
  size: number;
  /** Workspace-relative path after links were resolved, or undefined when that lies outside the workspace. */
  resolved: string | undefined;
}

/** A text file to be written: `base` is undefined when the file is created, `target` when it is deleted. */
export interface FileEdit {
  path: string;
  base: string | undefined;
  target: string | undefined;
  /** Of a file that is created: the one whose place it takes. That one is deleted by another edit of the same action. */
  movedFrom?: string | undefined;
  /** Of a file that comes back: how it was stored. */
  form?: FileForm | undefined;
}

/** The workspace as the agent sees it. Paths are relative and use forward slashes. */
export interface Files {
  /** What the user sees now: an unsaved editor wins over the disk. Line ends are kept. */
  read(path: string, signal: AbortSignal): Promise<string>;
  /** Undefined when nothing is there. Paths outside the workspace answer with `resolved: undefined`. */
  look(path: string, signal: AbortSignal): Promise<FileFacts | undefined>;
  /** Files below a folder, ignore files respected, sorted, at most `limit`. Folders end with a slash. */
  list(
    path: string,
    options: { depth: number; limit: number },
    signal: AbortSignal,
  ): Promise<{ paths: string[]; more: boolean }>;
  /**
   * Writes all files as one undo step and saves them, or nothing. Throws `ToolFailure` when a file is
   * no longer at its base. Returns what each file holds afterwards (a formatter may have changed it); of a deleted one
   * also how it was stored.
   */
  apply(
    edits: readonly FileEdit[],
    label: string,
    signal: AbortSignal,
  ): Promise<{ path: string; text: string | undefined; form?: FileForm }[]>;
}

export interface SearchHit {
  path: string;
  /** 1-based. */
  line: number;
  text: string;
}

export interface Search {
  /** Ignore files respected, secrets-like files left out. `pattern` is a regular expression unless `literal`. */
  find(
    query: { pattern: string; literal: boolean; caseSensitive: boolean; path: string; glob?: string; limit: number },
    signal: AbortSignal,
  ): Promise<{ hits: SearchHit[]; more: boolean }>;
}

export interface CommandResult {
  /** Null when the process was ended by a signal. */
  exitCode: number | null;
  /** Head and tail kept, with a line that says how much was left out between them. */
  output: string;
  durationMs: number;
  ended: "exited" | "timed_out" | "stopped" | "not_started";
}

export interface Shell {
  /**
   * Runs with `bash --noprofile --norc -c`, on Windows with PowerShell; stdin closed, own process group. `onOutput` gets
   * bounded pieces.
   */
  run(
    command: { command: string; cwd: string; timeoutMs: number },
    onOutput: (text: string) => void,
    signal: AbortSignal,
  ): Promise<CommandResult>;
  /** Text behind a script named by the command (`npm test`), or undefined. Part of what an approval is bound to. */
  script(command: string, cwd: string): Promise<string | undefined>;
}

/** An edit as the user last saw it: on top of what they typed in the file meanwhile, with their own changes to the proposal. */
export interface ShownEdit extends FileEdit {
  /** The base with the accepted hunks only: what is to be written. */
  accepted: string | undefined;
}

/** The user's answer to one action. */
export interface Answer {
  allow: boolean;
  remark?: string | undefined;
  /** Ids of accepted hunks; absent means all. */
  hunks?: string[] | undefined;
  /** Only from where the proposal is shown and kept; absent means that it stands as it was asked. */
  shown?: readonly ShownEdit[] | undefined;
}

export interface Approver {
  /** Shows the action and waits for the person. Rejects only when the signal aborts. */
  ask(action: Action, edits: readonly FileEdit[], signal: AbortSignal): Promise<Answer>;
}

/** What an action is about to touch, for the record of what was there before. */
export interface Deed {
  actionId: string;
  label: string;
  effect: Effect;
  edits: readonly FileEdit[];
}

export interface OpenCheckpoint {
  readonly id: string;
  /** What cannot be taken back, in sentences. */
  readonly notes: readonly string[];
  /** Records what the effect left. Undefined when it changed nothing. What others changed while it failed is not its own. */
  finish(
    outcome: "done" | "failed",
  ): Promise<{ path: string; change: "created" | "changed" | "deleted" }[] | undefined>;
}

/** What files were before an action, kept so that the user can go back. */
export interface Checkpoints {
  /** The effect may begin once this resolves: what is needed to go back is durable. Throws `AgentError` when it cannot be. */
  before(deed: Deed): Promise<OpenCheckpoint>;
}

/** Keeps what finished actions did to files outside the task, where the user wants that: as commits. */
export interface Trail {
  /** Called when an action that left something in files has ended. What goes wrong is told in the events and ends nothing. */
  record(actionId: string, signal: AbortSignal): Promise<NewEvent[]>;
}

/** Append-only record of one task. */
export interface Journal {
  /**
   * Resolves when the event is durable, in the order of the calls. One that cannot be written is kept: nothing later is
   * written without it, and later calls reject too until it is. Pieces of a reply are only noted.
   */
  append(event: AgentEvent): Promise<void>;
}
