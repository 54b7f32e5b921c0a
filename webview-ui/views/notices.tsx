import type { Trouble } from "../../src/core/events";
import { TroubleText } from "../cards/trouble-text";
import { useSend } from "../host";
import { Icon } from "../icon";
import type { Surroundings } from "../task/page-state";

/** What limits Hearth in this window. */
export function WindowNotice({ surroundings }: { surroundings: Surroundings | undefined }) {
  const text = noticeOf(surroundings);
  return text === undefined ? null : (
    <p class="window-notice">
      <Icon name="shield" />
      <span>{text}</span>
    </p>
  );
}

function noticeOf(surroundings: Surroundings | undefined): string | undefined {
  if (surroundings?.trusted === false) {
    return "Restricted Mode: Hearth can talk, but not read, edit or run. Trust this workspace to let it work.";
  }
  return surroundings?.hasWorkspace === false
    ? "No folder is open. Open one to let Hearth read, edit and run."
    : undefined;
}

/** The model cannot be reached while a task is open. */
export function ModelTrouble({ surroundings }: { surroundings: Surroundings | undefined }) {
  const send = useSend();
  if (!surroundings?.trouble) {
    return null;
  }
  return (
    <div class="banner banner-bad docked" role="status">
      <Icon name="plug" />
      <TroubleText trouble={surroundings.trouble} />
      <button
        type="button"
        class="button"
        disabled={surroundings.searching}
        onClick={() => send({ type: "servers_searched" })}
      >
        {surroundings.searching ? "Searching…" : "Search again"}
      </button>
    </div>
  );
}

/** What of the user's settings does not count, and why. */
export function SettingProblems({ problems = [] }: { problems: Surroundings["problems"] }) {
  const send = useSend();
  return problems.length === 0 ? null : (
    <section class="banner banner-bad docked" aria-label="Problems in your settings">
      <Icon name="warning" />
      <div class="trouble-text">
        {problems.map((trouble, index) => (
          <TroubleText key={trouble.message} trouble={withoutRepeat(trouble, problems[index + 1])} />
        ))}
      </div>
      <button type="button" class="button" onClick={() => send({ type: "settings_opened" })}>
        Open settings
      </button>
    </section>
  );
}

/** What helps against several is said once, below the last. */
function withoutRepeat(trouble: Trouble, next: Trouble | undefined): Trouble {
  return trouble.remedy === next?.remedy ? { ...trouble, remedy: "" } : trouble;
}

/** A request of the page that could not be done. */
export function Failure({ trouble, onDismiss }: { trouble: Trouble | undefined; onDismiss: () => void }) {
  return trouble === undefined ? null : (
    <div class="banner banner-bad docked" role="alert">
      <Icon name="error" />
      <TroubleText trouble={trouble} />
      <button type="button" class="icon-button" title="Dismiss" aria-label="Dismiss" onClick={onDismiss}>
        <Icon name="close" />
      </button>
    </div>
  );
}
