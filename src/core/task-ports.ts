import type { Approvals } from "./gate/decide";
import type { Approver, Checkpoints, Files, Journal, Model, Search, Shell, Trail } from "./ports";
import type { Tool } from "./tools/tool";

/** Everything the agent reaches the world through. */
export interface Ports {
  /** The model for the next turn: it may be another one in plan mode, or after the user chose one. */
  model(): Model;
  files: Files;
  search: Search;
  shell: Shell;
  approver: Approver;
  checkpoints: Checkpoints;
  /** Absent: nothing is recorded outside the task. */
  trail?: Trail;
  /** The user's own preset, read anew for each action. */
  approvals(): Approvals;
  tools: readonly Tool[];
  /** Turns in one run before the user is asked how to go on. */
  maxSteps: number;
  newId(): string;
}

export interface TaskPorts extends Ports {
  journal: Journal;
  /** Milliseconds since the epoch, for display only: order is by sequence number. */
  now(): number;
  /** A failure that is a bug of ours: logged with its stack. */
  reportBug(error: unknown): void;
}
