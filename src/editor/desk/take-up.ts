import { setTimeout as delay } from "node:timers/promises";
import { AgentError } from "../../core/errors";

/** VS Code itself gives a window six seconds to close. */
const patienceMs = 10_000;
const againMs = 250;

/** What the window before has left. */
export interface Left {
  /** Takes over what closed windows have left, and says whether others are still open. */
  inherit(): Promise<boolean>;
  /** Shows the task that was shown. Throws `AgentError` "task_held" while another window has it. */
  reopen(): Promise<void>;
  tell(error: unknown): void;
}

/**
 * Takes up what the window before has left. After a reload that one may still be closing: what it holds is taken up when it
 * lets go. Resolves when there is nothing more to wait for.
 */
export async function takeUp(left: Left, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + patienceMs;
  const again = async () => {
    await delay(againMs);
    return performance.now() < deadline && !signal.aborted;
  };
  const inherit = async () => {
    let othersOpen = true;
    do {
      othersOpen = await left.inherit();
    } while (othersOpen && (await again()));
  };
  const reopen = async () => {
    for (;;) {
      try {
        return await left.reopen();
      } catch (error) {
        const isHeld = error instanceof AgentError && error.code === "task_held";
        if (!isHeld || !(await again())) {
          throw error;
        }
      }
    }
  };
  await Promise.all([inherit().catch(left.tell), reopen().catch(left.tell)]);
}
