import type { AgentEvent, FinishReason, Mode } from "./events";
import type { Answer } from "./ports";

/** How a task ended. */
export interface Outcome {
  reason: FinishReason;
  /** The model's last words, or why it stopped. */
  text: string;
  /** Workspace-relative paths of the files that changed. */
  changed: string[];
}

/** What `activate()` returns to other extensions. */
export interface HearthApi {
  readonly version: 1;
  /**
   * Starts a task in this window and shows it in the panel. `endpoint` is a name from `hearth.endpoints` or of a found
   * server; without it the user's chosen model is used. `finished` rejects with an `AgentError` when there is no model.
   */
  startTask(request: { text: string; mode: Mode; endpoint?: string }): { id: string; finished: Promise<Outcome> };
  /** Stops a task; what it did so far stays. */
  stop(id: string): void;
  onEvent(listener: (event: AgentEvent) => void): { dispose(): void };
  /** Only in the extension's test mode: answers an approval that is open. False when there is none. */
  answer?(actionId: string, answer: Answer): boolean;
}
