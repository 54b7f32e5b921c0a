import type { FinishReason } from "../../src/core/events";
import type { FinishedItem } from "../../src/core/task-view";
import { useSend } from "../host";
import { Icon } from "../icon";
import { SafeText } from "../text/safe-text";
import { EscalateButton } from "./escalate-button";
import { TroubleText } from "./trouble-text";

const looks: Record<FinishReason, { tone: "good" | "quiet" | "bad"; icon: string }> = {
  answered: { tone: "quiet", icon: "check" },
  fixed: { tone: "good", icon: "pass-filled" },
  stopped: { tone: "quiet", icon: "debug-stop" },
  stuck: { tone: "bad", icon: "warning" },
  step_limit: { tone: "bad", icon: "warning" },
  nothing_to_fix: { tone: "good", icon: "pass-filled" },
  not_fixed: { tone: "bad", icon: "warning" },
  model_failed: { tone: "bad", icon: "error" },
  failed: { tone: "bad", icon: "error" },
};

const continued = new Set<FinishReason>(["stopped", "step_limit", "stuck"]);
const over = new Set<FinishReason>(["answered", "fixed", "nothing_to_fix"]);

/** How the task ended, and what to do next. */
export function FinishedBanner({ item, canRetry }: { item: FinishedItem; canRetry: boolean }) {
  const send = useSend();
  const look = looks[item.reason];
  return (
    <div class={`banner banner-${look.tone}`}>
      <Icon name={look.icon} />
      {item.trouble ? (
        <TroubleText trouble={item.trouble} />
      ) : (
        <p>
          <SafeText text={item.text} />
        </p>
      )}
      {canRetry && !over.has(item.reason) && (
        <button type="button" class="button" onClick={() => send({ type: "retry_pressed" })}>
          {continued.has(item.reason) ? "Continue" : "Retry"}
        </button>
      )}
      {canRetry && <EscalateButton reason={item.reason} />}
    </div>
  );
}
