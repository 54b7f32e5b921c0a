import type { EndpointView, Trouble } from "../../src/core/events";
import { TroubleText } from "../cards/trouble-text";
import { describePlace } from "../composer/model-chip";
import { useSend } from "../host";
import { Icon } from "../icon";
import type { Surroundings } from "../task/page-state";
import { SafeText } from "../text/safe-text";
import { WindowAdvice } from "./window-advice";

/** Before the first message: what Hearth is, what model it found, and three ways to begin. */
export function Empty({
  surroundings,
  isSending,
  onSend,
}: {
  surroundings: Surroundings | undefined;
  /** Something was sent and its task is not there yet. */
  isSending: boolean;
  onSend: (text: string) => void;
}) {
  const send = useSend();
  if (surroundings === undefined) {
    return <div class="empty" />;
  }
  const { endpoint, trouble, searching, examples, advice } = surroundings;
  return (
    <div class="empty">
      <p class="empty-line">Say what you want done. Hearth reads, proposes and asks before it changes anything.</p>
      {endpoint && !trouble ? (
        <Found endpoint={endpoint} others={surroundings.found} />
      ) : (
        <NoModel trouble={trouble} isSearching={searching} />
      )}
      <WindowAdvice advice={advice} />
      {endpoint && <Examples examples={examples} isOff={isSending} onSend={onSend} />}
      <button type="button" class="show-more" onClick={() => send({ type: "history_opened" })}>
        <Icon name="history" /> Earlier tasks
      </button>
    </div>
  );
}

function Found({ endpoint, others }: { endpoint: EndpointView; others: string | undefined }) {
  const place = describePlace(endpoint);
  return (
    <p class="empty-model">
      <Icon name={place.icon} />
      <span>
        <SafeText text={endpoint.practice ? "The practice model answers" : `${endpoint.model} answers`} />
        {endpoint.practice ? ": a script, not a model. It knows one lesson." : `, ${place.words}.`}
        {others !== undefined && (
          <>
            {" "}
            <SafeText text={others} />
          </>
        )}
      </span>
    </p>
  );
}

interface ExamplesProps {
  examples: readonly string[];
  isOff: boolean;
  onSend: (text: string) => void;
}

function Examples({ examples, isOff, onSend }: ExamplesProps) {
  return (
    <ul class="examples" aria-label="Examples">
      {examples.map((example) => (
        <li key={example}>
          <button type="button" class="example" disabled={isOff} onClick={() => onSend(example)}>
            <SafeText text={example} />
            <Icon name="arrow-right" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function NoModel({ trouble, isSearching }: { trouble: Trouble | null; isSearching: boolean }) {
  const send = useSend();
  return (
    <div class="banner banner-quiet no-model">
      <Icon name={isSearching ? "loading" : "plug"} spins={isSearching} />
      {isSearching ? <p>Looking for a model server on this machine…</p> : trouble && <TroubleText trouble={trouble} />}
      <div class="banner-buttons">
        <button
          type="button"
          class="button primary"
          disabled={isSearching}
          onClick={() => send({ type: "servers_searched" })}
        >
          Search again
        </button>
        <button type="button" class="button" onClick={() => send({ type: "catalogue_pressed" })}>
          What should I install?
        </button>
        <button type="button" class="button" onClick={() => send({ type: "practice_chosen" })}>
          Try the practice model
        </button>
      </div>
    </div>
  );
}
