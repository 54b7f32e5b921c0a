import { useSend } from "../host";
import { Icon } from "../icon";
import type { Surroundings } from "../task/page-state";
import { SafeText } from "../text/safe-text";

interface WindowAdviceProps {
  advice: Surroundings["advice"];
  isDocked?: boolean;
}

/** The model's window is too small for tasks: what that means, and what mends it. */
export function WindowAdvice({ advice, isDocked = false }: WindowAdviceProps) {
  const send = useSend();
  return advice === undefined || advice === null ? null : (
    <section class={`banner window-advice ${isDocked ? "docked" : ""}`} aria-label="About the model">
      <Icon name={advice.busy ? "loading" : "lightbulb"} spins={advice.busy} />
      <div class="trouble-text">
        <p>
          <SafeText text={advice.message} />
        </p>
        {advice.option !== null && (
          <p class="remedy">
            Restart it with: <code>{advice.option}</code>
          </p>
        )}
      </div>
      <div class="banner-buttons">
        {advice.action !== null && (
          <button
            type="button"
            class="button primary"
            disabled={advice.busy}
            onClick={() => send({ type: "window_fix_pressed" })}
          >
            {advice.action}
          </button>
        )}
        <button type="button" class="button" disabled={advice.busy} onClick={() => send({ type: "advice_dismissed" })}>
          Not now
        </button>
      </div>
    </section>
  );
}
