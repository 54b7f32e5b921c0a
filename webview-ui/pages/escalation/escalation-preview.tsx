import { useRef } from "preact/hooks";
import { readableBytes } from "../../../src/core/text/sizes";
import type { EscalationView } from "../../../src/protocol/pages";
import { places } from "../../../src/protocol/places";
import { useArmed } from "../../cards/use-armed";
import { Icon } from "../../icon";
import { plural } from "../../text/measures";
import { SafeText } from "../../text/safe-text";
import { usePageSend } from "../page-host";
import { ExactRequest } from "./exact-request";
import { Limits } from "./limits";
import { Note } from "./note";
import { PartRow } from "./part-row";

/** What would leave this machine, part by part and byte by byte, and the button that lets it. */
export function EscalationPreview({ view }: { view: EscalationView }) {
  const out = view.parts.filter((part) => !part.included).length;
  return (
    <article class="escalation">
      <header class="page-head">
        <h1>
          Send “<SafeText text={view.taskTitle} />” to <SafeText text={view.endpoint.model} />?
        </h1>
        <p class="lead">
          Nothing has been sent. If you press the button, exactly what stands below goes to{" "}
          <strong>
            <SafeText text={view.host} />
          </strong>
          , {places[view.endpoint.locality].words}
          {view.proxy !== undefined && (
            <>
              , through your proxy{" "}
              <strong>
                <SafeText text={view.proxy} />
              </strong>
            </>
          )}
          {view.forwardedTo !== undefined && (
            <>
              , which passes it on to{" "}
              <strong>
                <SafeText text={view.forwardedTo} />
              </strong>
            </>
          )}
          . After that, what this task adds goes there too, until the work ends, a limit is reached or you end it. Then
          the task is local again by itself.
        </p>
        <Facts view={view} out={out} />
      </header>
      <section aria-labelledby="parts-title">
        <h2 id="parts-title">What is sent</h2>
        <ul class="parts">
          {view.parts.map((part) => (
            <PartRow key={part.index} part={part} />
          ))}
        </ul>
      </section>
      <Note note={view.note} />
      <Limits view={view} />
      <ExactRequest request={view.request} />
      <Answer view={view} />
    </article>
  );
}

function Facts({ view, out }: { view: EscalationView; out: number }) {
  const secrets = view.redactions.reduce((sum, { count }) => sum + count, 0);
  return (
    <ul class="facts">
      <li>
        <Icon name="cloud-upload" /> {readableBytes(view.request.bytes)}, about {plural(view.request.tokens, "token")}
      </li>
      <li>
        <Icon name="shield" />{" "}
        {secrets === 0 ? (
          "No secrets were found"
        ) : (
          <>
            {plural(secrets, "secret")} taken out:{" "}
            <SafeText
              text={view.redactions.map(({ name, count }) => (count > 1 ? `${name} ×${count}` : name)).join(", ")}
            />
          </>
        )}
      </li>
      {out > 0 && (
        <li>
          <Icon name="circle-slash" /> {plural(out, "part")} left out
        </li>
      )}
      {view.endpoint.baseUrl.startsWith("http:") && view.endpoint.locality !== "machine" && (
        <li class="warned">
          <Icon name="warning" /> The address begins with http: anyone on the way can read what is sent
        </li>
      )}
      {!view.hasKey && view.forwardedTo === undefined && (
        <li class="warned">
          <Icon name="key" /> No key is stored for <SafeText text={view.endpoint.name} />; most servers elsewhere want
          one
        </li>
      )}
      {view.obstacle !== undefined && (
        <li class="warned">
          <Icon name="warning" /> <SafeText text={view.obstacle} />
        </li>
      )}
    </ul>
  );
}

function Answer({ view }: { view: EscalationView }) {
  const send = usePageSend();
  return (
    <footer class="answer">
      <SendButton key={view.nonce} view={view} />
      <button type="button" class="button" onClick={() => send({ type: "escalation_declined" })}>
        Do Not Send
      </button>
      <p class="quiet-words">The permission is for this task alone, and is gone when this window closes or reloads.</p>
    </footer>
  );
}

/** Made anew for every change of what would be sent, so that a press can only be meant for what is shown. */
function SendButton({ view }: { view: EscalationView }) {
  const send = usePageSend();
  const button = useRef<HTMLButtonElement>(null);
  const { isArmed, counts } = useArmed(button, view.nonce !== "");
  return (
    <button
      ref={button}
      type="button"
      class="button primary"
      aria-disabled={!isArmed}
      onClick={(event) => counts(event) && send({ type: "escalation_approved", nonce: view.nonce })}
    >
      <Icon name="cloud-upload" /> Send {readableBytes(view.request.bytes)} to <SafeText text={view.host} />
    </button>
  );
}
