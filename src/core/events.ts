import * as z from "zod";
import { Plan } from "./plan/plan";

/** `plan`: reading only, held by the gate. `act`: everything, one approved action at a time. */
export const Mode = z.enum(["plan", "act"]);
export type Mode = z.infer<typeof Mode>;

/** Where the bytes of a request go, decided on the connected address and not on the text of a URL. */
export const Locality = z.enum(["machine", "network", "internet"]);
export type Locality = z.infer<typeof Locality>;

/** An endpoint as people see it. */
export const EndpointView = z.object({
  /** The profile's name from `hearth.endpoints`, or a found server's own name ("Ollama"). */
  name: z.string(),
  model: z.string(),
  baseUrl: z.string(),
  locality: Locality,
  /** A script that answers like a model. Every place that shows the model's name must say so. */
  practice: z.boolean(),
  /** Tokens the server has configured now; absent when it does not say. */
  contextWindow: z.int().positive().optional(),
});
export type EndpointView = z.infer<typeof EndpointView>;

/** What an action would do, as the gate judges it. Paths are workspace-relative with forward slashes. */
export const Effect = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("read"), paths: z.array(z.string()) }),
  z.object({ kind: z.literal("edit"), paths: z.array(z.string()) }),
  z.object({ kind: z.literal("command"), command: z.string(), cwd: z.string() }),
  z.object({ kind: z.literal("plan") }),
  z.object({ kind: z.literal("question") }),
]);
export type Effect = z.infer<typeof Effect>;

/** One hunk of a proposal. `lines` carry the unified-diff prefixes ` `, `-`, `+` and `\`; numbers are 1-based. */
export const Hunk = z.object({
  id: z.string(),
  oldStart: z.int(),
  oldLines: z.int(),
  newStart: z.int(),
  newLines: z.int(),
  lines: z.array(z.string()),
});
export type Hunk = z.infer<typeof Hunk>;

export const FileChange = z.object({
  path: z.string(),
  status: z.enum(["modified", "created", "deleted"]),
  added: z.int(),
  removed: z.int(),
  hunks: z.array(Hunk),
  /** Of a created file that takes another's place: which, and how their texts differ. Its own hunks are what is decided. */
  moved: z.object({ from: z.string(), added: z.int(), removed: z.int(), hunks: z.array(Hunk) }).optional(),
});
export type FileChange = z.infer<typeof FileChange>;

/** What the approval card shows. It is the real thing, never the model's description of it. */
export const Preview = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("read"), paths: z.array(z.string()) }),
  z.object({ kind: z.literal("edit"), files: z.array(FileChange) }),
  z.object({
    kind: z.literal("command"),
    command: z.string(),
    /** Workspace-relative; `.` is the workspace root. */
    cwd: z.string(),
    /** The text behind `npm run x` and the like, when the command names a script of the workspace. */
    script: z.string().optional(),
    timeoutMs: z.int().positive(),
  }),
  z.object({ kind: z.literal("plan"), plan: Plan }),
  z.object({ kind: z.literal("question"), question: z.string(), options: z.array(z.string()) }),
]);
export type Preview = z.infer<typeof Preview>;

/** One tool call made concrete. `hash` is the SHA-256 (hex) of exactly what would be executed. */
export const Action = z.object({
  id: z.string(),
  callId: z.string(),
  tool: z.string(),
  title: z.string(),
  effect: Effect,
  preview: Preview,
  hash: z.string(),
  /** Set when this action stands again because what it was bound to had changed: what changed. */
  again: z.string().optional(),
});
export type Action = z.infer<typeof Action>;

/** A tool call as the model wrote it. `arguments` is JSON text, unless what it wrote could not be read as such. */
export const Call = z.object({ id: z.string(), name: z.string(), arguments: z.string() });
export type Call = z.infer<typeof Call>;

/** Tokens as the server counted them. */
export const Usage = z.object({
  promptTokens: z.int().nonnegative(),
  completionTokens: z.int().nonnegative(),
  /** Prompt tokens served from the server's prefix cache, where it reports them. */
  cachedTokens: z.int().nonnegative().optional(),
});
export type Usage = z.infer<typeof Usage>;

export const Timings = z.object({
  /** From sending the request to the first text, reasoning or call. */
  firstTokenMs: z.number().nonnegative().optional(),
  totalMs: z.number().nonnegative(),
  /** Generation speed: reported by the server, else completion tokens over the time after the first token. */
  tokensPerSecond: z.number().nonnegative().optional(),
});
export type Timings = z.infer<typeof Timings>;

/** A failure as a person reads it: what happened, and what to do. */
export const Trouble = z.object({ code: z.string(), message: z.string(), remedy: z.string() });
export type Trouble = z.infer<typeof Trouble>;

/** Why a reply ended. `stop` covers replies with calls too: a complete call decides, not the server's finish reason. */
export const ReplyStop = z.enum(["stop", "length", "aborted", "error"]);
export type ReplyStop = z.infer<typeof ReplyStop>;

/** `stuck`: the model went in circles or said nothing; the user decides how to go on. */
export const FinishReason = z.enum([
  "answered",
  "stopped",
  "step_limit",
  "stuck",
  "model_failed",
  "fixed",
  "not_fixed",
  "nothing_to_fix",
  "failed",
]);
export type FinishReason = z.infer<typeof FinishReason>;

/** `window_closed`: a reload or a crash; what waited to be allowed, or was allowed, is void. */
export const GrantEnd = z.enum(["declined", "user", "task_ended", "request_limit", "byte_limit", "window_closed"]);
export type GrantEnd = z.infer<typeof GrantEnd>;

const occurrence = {
  v: z.literal(1),
  /** Position in the task, from 0 without gaps for journaled events; order is this, never the clock. */
  seq: z.int().nonnegative(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  taskId: z.string(),
};

function event<Name extends string, Shape extends z.ZodRawShape>(type: Name, shape: Shape) {
  return z.object({ ...occurrence, type: z.literal(type), ...shape });
}

/** Everything that happens in a task. Journal, panel, tests and the exported API all speak it. */
export const AgentEvent = z.discriminatedUnion("type", [
  event("task_started", {
    title: z.string(),
    mode: Mode,
    endpoint: EndpointView,
    /** Frozen for the whole task, so that the prefix is byte-stable also after a resume or an update. */
    prompt: z.object({
      system: z.string(),
      tools: z.array(z.object({ name: z.string(), description: z.string(), parameters: z.unknown() })),
    }),
    /** Set by "Fix this test": the test whose passing report ends the task. */
    goal: z
      .object({
        kind: z.literal("fix_test"),
        test: z.object({
          file: z.string(),
          name: z.string(),
          /** 1-based. */
          line: z.int(),
          /** Which of the file's tests of this name it is, from 0. */
          place: z.int().optional(),
          /** SHA-256 (hex) of the file's text when the task began. */
          textHash: z.string().optional(),
        }),
        rounds: z.int(),
      })
      .optional(),
  }),
  event("user_said", {
    text: z.string(),
    /** Selections and files the user attached; they are sent with the text. */
    attachments: z.array(z.object({ label: z.string(), text: z.string() })).default([]),
    /** `user`, or `hearth` when the harness speaks to the model (a test result, a nudge). */
    by: z.enum(["user", "hearth"]).default("user"),
  }),
  event("turn_started", {
    turn: z.int(),
    /** Of the request, before it is sent. */
    estimatedTokens: z.int(),
    /** Characters of the request that the estimate was made from; with the server's own count it makes the next one better. */
    characters: z.int().optional(),
    endpoint: EndpointView,
  }),
  /** Live only, never journaled. For `call`, `text` is a piece of the arguments and `name` the tool. */
  event("reply_delta", {
    turn: z.int(),
    kind: z.enum(["text", "reasoning", "call"]),
    text: z.string(),
    name: z.string().optional(),
  }),
  event("reply_finished", {
    turn: z.int(),
    text: z.string(),
    reasoning: z.string(),
    calls: z.array(Call),
    usage: Usage.optional(),
    timings: Timings,
    stop: ReplyStop,
    trouble: Trouble.optional(),
  }),
  event("plan_proposed", { actionId: z.string(), plan: Plan }),
  event("plan_changed", { plan: Plan, by: z.enum(["user", "model", "progress"]) }),
  event("plan_approved", { actionId: z.string(), plan: Plan }),
  event("mode_changed", { mode: Mode, by: z.enum(["user", "plan_approved"]) }),
  event("action_proposed", { action: Action }),
  event("action_judged", {
    actionId: z.string(),
    verdict: z.enum(["allow", "ask", "refuse"]),
    /** The name of the rule that decided, shown on the card. */
    rule: z.string(),
    reason: z.string(),
  }),
  event("action_answered", {
    actionId: z.string(),
    allow: z.boolean(),
    /** Always reaches the model, with either answer. */
    remark: z.string().optional(),
    /** The ids of the accepted hunks; absent means all. */
    hunks: z.array(z.string()).optional(),
    /** The action's own, or that of the texts as they stood when the user had changed them. */
    hash: z.string(),
  }),
  /** The user edited the proposal, typed in a file it is about, or decided on some of its parts. Nothing is written yet. */
  event("proposal_changed", {
    actionId: z.string(),
    /** Files whose hunks changed, as they stand now; the others are as they were. */
    files: z.array(FileChange),
    /** Hunks decided one by one so far. The others are open, and taken when the whole is accepted. */
    accepted: z.array(z.string()),
    rejected: z.array(z.string()),
    /** Open hunks over lines that the user typed in meanwhile: taken only when they are accepted one by one. */
    held: z.array(z.string()),
  }),
  event("action_started", { actionId: z.string() }),
  event("action_output", { actionId: z.string(), text: z.string() }),
  event("action_finished", {
    actionId: z.string(),
    callId: z.string(),
    outcome: z.enum(["done", "failed", "refused", "cancelled"]),
    /** What the model reads as the result of its call. */
    text: z.string(),
    /** Of a command; null when it ended without one. */
    exitCode: z.int().nullable().optional(),
    durationMs: z.number().optional(),
    /** For edits: the files that changed. */
    changed: z.array(z.string()).optional(),
  }),
  event("checkpoint_made", {
    actionId: z.string(),
    checkpointId: z.string(),
    files: z.array(z.object({ path: z.string(), change: z.enum(["created", "changed", "deleted"]) })),
    /** What cannot be taken back, in sentences. */
    notes: z.array(z.string()),
  }),
  /** The user went back to before an action, or took such a step back again. */
  event("restored", {
    /** The first action taken back; absent: all of the task. */
    actionId: z.string().optional(),
    checkpointId: z.string(),
    files: z.array(z.string()),
    redo: z.boolean(),
  }),
  /** A crash had cut an action off half way, and the user said what is to become of it. */
  event("recovered", {
    actionId: z.string(),
    /** `kept`: as a command left it, which cannot be taken up where it stopped. */
    how: z.enum(["put_back", "finished", "kept"]),
    files: z.array(z.string()),
    /** Something else has changed these meanwhile. */
    left: z.array(z.string()),
  }),
  /** What an action, or an undo, did to files became a commit of the user's repository. */
  event("committed", {
    /** Absent for an undo or a redo. */
    actionId: z.string().optional(),
    /** The full hash; absent when no change could be committed. */
    commit: z.string().optional(),
    subject: z.string(),
    /** Changes that the commit does not hold, and why. */
    leftOut: z.array(z.object({ path: z.string(), why: z.string() })),
  }),
  /** Git, a hook or the user refused. The files are as they were. */
  event("not_committed", { actionId: z.string().optional(), trouble: Trouble }),
  event("commits_squashed", { commit: z.string(), count: z.int().positive(), subject: z.string() }),
  event("verify_started", { round: z.int(), rounds: z.int(), test: z.string(), command: z.string() }),
  event("verdict_given", {
    round: z.int(),
    /** `missing`: the runner's report does not contain the test, so nothing was proved. */
    outcome: z.enum(["passed", "failed", "missing", "timed_out", "not_run"]),
    text: z.string(),
    durationMs: z.number(),
  }),
  /** The user looks at what would be sent to a model outside this machine. Nothing was sent. */
  event("grant_requested", { grantId: z.string(), endpoint: EndpointView, bytes: z.int(), redactions: z.int() }),
  /** The user allowed it, for this task and within these limits. A grant is never taken up again from this record. */
  event("grant_given", {
    grantId: z.string(),
    endpoint: EndpointView,
    maxRequests: z.int().positive(),
    maxBytes: z.int().positive(),
    /** Of the first request as it was shown: its body's bytes and their SHA-256 (hex). */
    bytes: z.int(),
    sha256: z.string(),
  }),
  event("grant_ended", {
    grantId: z.string(),
    why: GrantEnd,
    /** What was sent under it, as far as this window knows. */
    requests: z.int().nonnegative().optional(),
    bytes: z.int().nonnegative().optional(),
  }),
  /** From here on the conversation is sent in a shorter form. What happened stays recorded; only what is sent changes. */
  event("context_compacted", {
    /** `window`: it would not have fitted. `overflow`: the server refused it. */
    why: z.enum(["window", "overflow"]),
    /** Results of calls that are sent as this text instead. */
    shortened: z.array(z.object({ callId: z.string(), text: z.string() })),
    /** One user message that stands for everything before the event with this number. */
    replaced: z
      .object({
        before: z.int(),
        text: z.string(),
        by: z.enum(["model", "hearth"]),
        /** The part of the text that the model wrote, kept for later compactions. */
        summary: z.string().optional(),
      })
      .optional(),
    /** The most tokens that a prompt may have here, and what it had before and has now: all estimated. */
    limit: z.int(),
    tokensBefore: z.int(),
    tokensAfter: z.int(),
  }),
  event("paused", { why: z.string() }),
  event("resumed", {}),
  event("finished", { reason: FinishReason, text: z.string(), trouble: Trouble.optional() }),
]);
export type AgentEvent = z.infer<typeof AgentEvent>;

export type AgentEventType = AgentEvent["type"];
export type EventOf<T extends AgentEventType> = Extract<AgentEvent, { type: T }>;

/** An event before its place in the task is known; the task stamps v, seq, at and taskId. */
export type NewEvent = { [T in AgentEventType]: Omit<EventOf<T>, keyof typeof occurrence> }[AgentEventType];
