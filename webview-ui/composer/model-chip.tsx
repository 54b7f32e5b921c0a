import type { EndpointView } from "../../src/core/events";
import { places } from "../../src/protocol/places";
import { useSend } from "../host";
import { Icon } from "../icon";
import { escapeText } from "../text/escape-text";
import { SafeText } from "../text/safe-text";

interface ModelChipProps {
  endpoint: EndpointView | undefined;
  isSearching: boolean;
  /** Where a server of this machine runs, when that is not the one in front of the user. */
  here: string | undefined;
}

/** Which model answers, and where it runs. */
export function ModelChip({ endpoint, isSearching, here }: ModelChipProps) {
  const send = useSend();
  const look = lookOf(endpoint, isSearching, here);
  return (
    <button
      type="button"
      class={`foot-chip model-chip ${endpoint?.locality === "internet" ? "model-away" : ""}`}
      title={escapeText(look.title)}
      onClick={() => send({ type: "model_picker_opened" })}
    >
      <Icon name={look.icon} spins={look.icon === "loading"} />
      <span class="model-name">
        <SafeText text={look.name} />
      </span>
      {look.words !== "" && <span class="model-words">· {look.words}</span>}
    </button>
  );
}

function lookOf(endpoint: EndpointView | undefined, isSearching: boolean, here: string | undefined) {
  if (endpoint === undefined) {
    return isSearching
      ? { icon: "loading", name: "Looking for a model", words: "", title: "Choose a model" }
      : { icon: "circle-slash", name: "No model", words: "", title: "Choose a model" };
  }
  const place = describePlace(endpoint);
  const isHere = endpoint.locality === "machine" && !endpoint.practice;
  const { icon, words } = isHere && here !== undefined ? { ...place, words: here } : place;
  const title = endpoint.practice
    ? "A script that knows one lesson. Press to choose a model."
    : `${endpoint.name}: ${endpoint.baseUrl}. Press to choose another model.`;
  return { icon, name: endpoint.practice ? "Practice" : endpoint.model, words, title };
}

export function describePlace(endpoint: EndpointView): { icon: string; words: string } {
  return endpoint.practice ? { icon: "mortar-board", words: "script, not a model" } : places[endpoint.locality];
}
