import type { FinishReason } from "../../src/core/events";
import type { FinishedItem } from "../../src/core/task-view";
import { useSend } from "../host";
import { Icon } from "../icon";
import { SafeText } from "../text/safe-text";
import { EscalateButton } from "./escalate-button";
import { TroubleText } from "./trouble-text";

const looks: Record<FinishReason, { tone: "good" | "quiet" | "bad"; icon: string; text: string }> = {
  answered: { tone: "quiet", icon: "check", text: "Done." },
  fixed: { tone: "good", icon: "pass-filled", text: "The test passes." },
  stopped: { tone: "quiet", icon: "debug-stop", text: "Stopped. The next message continues from here." },
  stuck: { tone: "bad", icon: "warning", text: "The model does not get on." },
  step_limit: { tone: "bad", icon: "warning", text: "The limit of steps for one request was reached." },
  not_fixed: { tone: "bad", icon: "warning", text: "The test still fails." },
  model_failed: { tone: "bad", icon: "error", text: "The model could not answer." },
  failed: { tone: "bad", icon: "error", text: "Something went wrong in Hearth." },
};

const continued = new Set<FinishReason>(["stopped", "step_limit", "stuck"]);

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
          <SafeText text={item.text || look.text} />
        </p>
      )}
      {canRetry && item.reason !== "fixed" && item.reason !== "answered" && (
        <button type="button" class="button" onClick={() => send({ type: "retry_pressed" })}>
          {continued.has(item.reason) ? "Continue" : "Retry"}
        </button>
      )}
      {canRetry && <EscalateButton reason={item.reason} />}
    </div>
  );
}
