import type { CheckUpLine, CheckUpView } from "../../../src/protocol/pages";
import { Icon } from "../../icon";
import { readableDuration, readableTime } from "../../text/measures";
import { SafeText } from "../../text/safe-text";
import { usePageSend } from "../page-host";

const looks: Record<CheckUpLine["state"], { icon: string; words: string }> = {
  waiting: { icon: "circle-outline", words: "not yet" },
  running: { icon: "loading", words: "being tried" },
  passed: { icon: "pass-filled", words: "passed" },
  failed: { icon: "error", words: "failed" },
  not_measured: { icon: "dash", words: "not measured" },
};

const levels = {
  can: { icon: "pass-filled", title: "It can be trusted with" },
  with_care: { icon: "warning", title: "With care" },
  cannot: { icon: "error", title: "It cannot be trusted with" },
} as const;

/** How a model did here: what was tried, what it can be trusted with, and what Hearth does because of it. */
export function CheckUpReport({ view }: { view: CheckUpView }) {
  return (
    <article class="check-up">
      <header class="page-head">
        <h1>
          Check-up of <SafeText text={view.model} />
        </h1>
        <p class="lead" aria-live="polite">
          {view.state === "running" && <Icon name="loading" spins />} <SafeText text={view.summary} />
        </p>
        <p class="quiet-words">
          <SafeText text={view.endpoint} />
          {view.at !== undefined && `, ${readableTime(view.at, Date.now())}`}
          {view.durationMs !== undefined && `, in ${readableDuration(view.durationMs)}`}
        </p>
        <Buttons view={view} />
      </header>
      {view.measures.length > 0 && (
        <dl class="measures">
          {view.measures.map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {view.trust.length > 0 && (
        <section aria-labelledby="trust-title">
          <h2 id="trust-title">What it can be trusted with here</h2>
          <ul class="trust">
            {view.trust.map(({ level, text }) => (
              <li key={text} class={`trust-${level}`}>
                <Icon name={levels[level].icon} />
                <span>
                  <span class="unseen">{levels[level].title}: </span>
                  <SafeText text={text} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {view.state === "done" && (
        <section aria-labelledby="consequences-title">
          <h2 id="consequences-title">What Hearth does differently because of it</h2>
          {view.consequences.length === 0 ? (
            <p>Nothing: this model is used like any other.</p>
          ) : (
            <ul class="consequences">
              {view.consequences.map((text) => (
                <li key={text}>
                  <SafeText text={text} />
                </li>
              ))}
            </ul>
          )}
        </section>
      )}
      {view.lines.length > 0 && (
        <section aria-labelledby="tried-title">
          <h2 id="tried-title">What was tried</h2>
          <ol class="probes">
            {view.lines.map((line) => (
              <Probe key={line.title} line={line} />
            ))}
          </ol>
        </section>
      )}
      {view.remark !== "" && <p class="quiet-words remark">{view.remark}</p>}
    </article>
  );
}

function Buttons({ view }: { view: CheckUpView }) {
  const send = usePageSend();
  if (view.state === "running") {
    return (
      <p class="page-buttons">
        <button type="button" class="button" onClick={() => send({ type: "check_up_stopped" })}>
          <Icon name="debug-stop" /> Cancel
        </button>
      </p>
    );
  }
  return (
    <p class="page-buttons">
      <button type="button" class="button primary" onClick={() => send({ type: "check_up_started" })}>
        {view.state === "done" ? "Check Again" : "Check This Model"}
      </button>
      {view.state === "done" && (
        <button type="button" class="button" onClick={() => send({ type: "report_copied" })}>
          <Icon name="copy" /> Copy as Markdown
        </button>
      )}
    </p>
  );
}

function Probe({ line }: { line: CheckUpLine }) {
  const look = looks[line.state];
  return (
    <li class={`probe probe-${line.state}`}>
      <Icon name={look.icon} spins={line.state === "running"} />
      <div>
        <strong>{line.title}</strong> <span class="unseen">{look.words}</span>
        {line.detail !== "" && (
          <p class="quiet-words">
            <SafeText text={line.detail} />
          </p>
        )}
      </div>
      {line.durationMs !== undefined && <span class="quiet-words number">{readableDuration(line.durationMs)}</span>}
    </li>
  );
}
