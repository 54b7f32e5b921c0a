import * as z from "zod";
import { AgentEvent, EndpointView, Mode, Trouble } from "../core/events";
import { Plan } from "../core/plan/plan";

/** One line of the task history. */
export const TaskSummary = z.object({
  id: z.string(),
  title: z.string(),
  /** Milliseconds since the epoch of the last event. */
  at: z.number(),
  state: z.enum(["working", "waiting", "interrupted", "done", "failed", "stopped"]),
});
export type TaskSummary = z.infer<typeof TaskSummary>;

export const Attachment = z.object({ label: z.string(), text: z.string() });
export type Attachment = z.infer<typeof Attachment>;

/** A permission under which a task may go to a model outside this machine now. */
export const GrantSummary = z.object({
  grantId: z.string(),
  taskId: z.string(),
  taskTitle: z.string(),
  endpoint: EndpointView,
  requests: z.int(),
  maxRequests: z.int(),
  /** Bytes of request bodies. */
  bytes: z.int(),
  maxBytes: z.int(),
});
export type GrantSummary = z.infer<typeof GrantSummary>;

/** Host to page. Both sides parse what they receive; neither casts. */
export const ToPanel = z.discriminatedUnion("type", [
  /** Everything outside the task that the page shows. Sent whole whenever any of it changes. */
  z.object({
    type: z.literal("surroundings_changed"),
    /** The model that the next task uses; null when none was found. */
    endpoint: EndpointView.nullable(),
    /** Where a server of this machine runs, in words; absent: on this machine. */
    here: z.string().optional(),
    /** Profiles per mode may differ: the model for the mode that is not `mode`. */
    mode: Mode,
    /** What was found on this machine, in a sentence; absent when there is not more than the model above. */
    found: z.string().optional(),
    approvals: z.enum(["ask-everything", "ask-for-changes", "trust-this-task"]),
    /** Looking for servers right now. */
    searching: z.boolean(),
    /** Why there is no model, or what is wrong with it. */
    trouble: Trouble.nullable(),
    /** Values in the user's settings that were not understood. */
    problems: z.array(Trouble).optional(),
    /** What to do about a window that is too small for tasks: a sentence, and what pressing the button does. */
    advice: z
      .object({
        message: z.string(),
        /** The button's words; null when there is none. */
        action: z.string().nullable(),
        /** Text that the button copies. */
        option: z.string().nullable(),
        busy: z.boolean(),
      })
      .nullable()
      .optional(),
    /** One true sentence on what left this machine today. */
    leaving: z.string(),
    /** Tasks that may go out now. */
    granted: z.array(GrantSummary).optional(),
    /** There is a model elsewhere that a task could be sent to on purpose. */
    canEscalate: z.boolean().optional(),
    /** False in Restricted Mode: chat without tools. */
    trusted: z.boolean(),
    hasWorkspace: z.boolean(),
    /** Three requests for the empty state. */
    examples: z.array(z.string()),
    attachments: z.array(Attachment),
  }),
  /** The page forgets what it showed. `events` are journaled ones; an empty list with a null id is the empty state. */
  z.object({
    type: z.literal("task_restored"),
    taskId: z.string().nullable(),
    events: z.array(AgentEvent),
    /** What the user sent and the model has not read yet. */
    waiting: z.array(z.string()).optional(),
  }),
  z.object({ type: z.literal("task_progressed"), taskId: z.string(), events: z.array(AgentEvent) }),
  /** What the server does while nothing of a reply can be seen, in words; null when there is nothing to say. Never kept. */
  z.object({ type: z.literal("model_status"), taskId: z.string(), text: z.string().nullable() }),
  /** An approval is open; only an answer that carries this one-time nonce counts. */
  z.object({ type: z.literal("approval_opened"), actionId: z.string(), nonce: z.string() }),
  z.object({ type: z.literal("tasks_listed"), tasks: z.array(TaskSummary) }),
  /** A request of the page could not be done. Every request gets its effect or this. `unsent`: a text that was not taken. */
  z.object({ type: z.literal("request_failed"), trouble: Trouble, unsent: z.string().optional() }),
  z.object({ type: z.literal("draft_restored"), text: z.string(), sent: z.array(z.string()) }),
  z.object({ type: z.literal("input_focused") }),
]);
export type ToPanel = z.infer<typeof ToPanel>;

/** Page to host. The host never takes a command, a path to write or an address to open from here: only ids it issued. */
export const FromPanel = z.discriminatedUnion("type", [
  z.object({ type: z.literal("panel_opened") }),
  z.object({ type: z.literal("task_sent"), text: z.string().min(1).max(2_000_000) }),
  z.object({ type: z.literal("new_task_pressed") }),
  z.object({ type: z.literal("stop_pressed") }),
  z.object({ type: z.literal("retry_pressed") }),
  z.object({ type: z.literal("mode_set"), mode: Mode }),
  z.object({
    type: z.literal("action_answered"),
    actionId: z.string(),
    nonce: z.string(),
    allow: z.boolean(),
    remark: z.string().optional(),
    hunks: z.array(z.string()).optional(),
  }),
  /** Takes or leaves parts of an edit that waits. It answers nothing. */
  z.object({ type: z.literal("hunks_ticked"), actionId: z.string(), hunks: z.array(z.string()), taken: z.boolean() }),
  /** Go back to before this action. The host shows what that means for each file first. */
  z.object({ type: z.literal("undo_pressed"), actionId: z.string() }),
  /** Puts back in what an undo took back. */
  z.object({ type: z.literal("redo_pressed"), checkpointId: z.string() }),
  /** Makes one commit of those that the shown task made. */
  z.object({ type: z.literal("squash_pressed") }),
  z.object({ type: z.literal("plan_edited"), plan: Plan }),
  z.object({ type: z.literal("diff_opened"), actionId: z.string(), path: z.string() }),
  /** A workspace file named on a card; opened read-only in the sense that nothing is changed. */
  z.object({ type: z.literal("file_opened"), path: z.string(), line: z.int().positive().optional() }),
  z.object({ type: z.literal("history_opened") }),
  z.object({ type: z.literal("task_opened"), taskId: z.string() }),
  z.object({ type: z.literal("task_deleted"), taskId: z.string() }),
  z.object({ type: z.literal("model_picker_opened") }),
  z.object({ type: z.literal("practice_chosen") }),
  z.object({ type: z.literal("servers_searched") }),
  z.object({ type: z.literal("window_fix_pressed") }),
  z.object({ type: z.literal("advice_dismissed") }),
  z.object({ type: z.literal("settings_opened") }),
  /** A link in a reply: the host shows the full address and asks. */
  z.object({ type: z.literal("link_pressed"), url: z.string().max(2_000) }),
  z.object({ type: z.literal("draft_changed"), text: z.string().max(2_000_000) }),
  z.object({ type: z.literal("attachment_removed"), index: z.int().nonnegative() }),
  z.object({ type: z.literal("escalate_pressed") }),
  z.object({ type: z.literal("grant_end_pressed"), grantId: z.string() }),
  z.object({ type: z.literal("ledger_pressed") }),
  z.object({ type: z.literal("catalogue_pressed") }),
]);
export type FromPanel = z.infer<typeof FromPanel>;
