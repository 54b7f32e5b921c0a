import { merge3 } from "../../core/review/merge";

/** One action's change to a file: undefined when there was none before or none was left. */
export interface Step {
  before: Uint8Array | undefined;
  after: Uint8Array | undefined;
}

/**
 * The file as it is now without what a task did to it, and with all that others did before, between and after. `steps` are
 * the task's, oldest first. Undefined when others changed the same lines, or when the task made or removed the file.
 */
export function withoutTask(steps: readonly Step[], now: Uint8Array): Uint8Array | undefined {
  let text = asText(now);
  for (const { before, after } of steps.toReversed()) {
    if (before === undefined || after === undefined) {
      return undefined;
    }
    const merged = merge3(asText(after), text, asText(before));
    if (merged.conflicts.length > 0) {
      return undefined;
    }
    text = merged.text;
  }
  return Buffer.from(text, "latin1");
}

/** One letter for each byte, so that no byte is lost whatever the encoding is. */
function asText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
