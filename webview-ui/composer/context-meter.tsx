import type { Usage } from "../../src/core/events";
import { readableTokens } from "../text/measures";

/** How much of the model's window the last request filled. Without a known window it says so. */
export function ContextMeter({ usage, window }: { usage: Usage | undefined; window: number | undefined }) {
  if (usage === undefined) {
    return null;
  }
  const used = usage.promptTokens + usage.completionTokens;
  if (window === undefined) {
    return (
      <span class="meter-text" title="The server does not say how large its window is">
        {readableTokens(used)} · window unknown
      </span>
    );
  }
  const share = Math.min(1, used / window);
  return (
    <span class={`meter ${share > 0.8 ? "meter-full" : ""}`} title={`${used} of ${window} tokens in use`}>
      <span class="meter-bar" role="img" aria-label="Context in use:">
        <span class="meter-fill" style={{ width: `${Math.max(2, share * 100)}%` }} />
      </span>
      <span class="meter-text">
        {readableTokens(used)} / {readableTokens(window)}
      </span>
    </span>
  );
}
