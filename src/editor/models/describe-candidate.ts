import type { EndpointView } from "../../core/events";
import { readableBytes } from "../../core/text/sizes";
import { places } from "../../protocol/places";
import { showUnseen } from "../status/describe-status";
import { usualHere } from "../status/name-here";
import type { Candidate } from "./model-choice";

export interface CandidateTexts {
  label: string;
  description: string;
  detail: string;
}

/**
 * A model as one line of the picker: what it is, where it runs, what it has now, and how it did here. `here`: where a server
 * of this machine runs, in words.
 */
export function describeCandidate(
  candidate: Candidate,
  checkUp: string | undefined,
  isChosen: boolean,
  here = usualHere,
): CandidateTexts {
  const { view, loaded, trouble } = candidate;
  if (view.practice) {
    const detail = "Knows one lesson, the sample project; nothing is sent anywhere";
    return { label: "$(mortar-board) Practice: a script, not a model", description: inUse(isChosen), detail };
  }
  const facts = [
    ...sizeFacts(candidate),
    contextFact(candidate),
    loaded === true ? "loaded" : undefined,
    gpuFact(candidate),
    checkUp,
  ].filter((fact) => fact !== undefined);
  const details = [leaving(candidate), ...(trouble ? [`$(warning) ${showUnseen(trouble.message, 200)}`] : facts)];
  return {
    label: `${iconOf(candidate)} ${showUnseen(view.model).replaceAll("$(", "\\$(")}`,
    description: [`${showUnseen(view.name)}, ${placeOf(candidate, here)}`, inUse(isChosen)].filter(Boolean).join("  "),
    detail: details.filter((fact) => fact !== undefined).join(" · ") || hostOf(view),
  };
}

function inUse(isChosen: boolean): string {
  return isChosen ? "$(check) in use" : "";
}

function iconOf({ view, forwardedTo, reach }: Candidate): string {
  if (reach === "key_wanted") {
    return "$(key)";
  }
  if (forwardedTo !== undefined) {
    return `$(${places.internet.icon})`;
  }
  return `$(${places[view.locality].icon})`;
}

function sizeFacts({ facts }: Candidate): (string | undefined)[] {
  return [
    facts?.parameters,
    facts?.sizeBytes === undefined ? undefined : readableBytes(facts.sizeBytes),
    facts?.quantization,
  ].map((fact) => fact && showUnseen(fact));
}

function contextFact({ view, facts }: Candidate): string | undefined {
  const now = view.contextWindow;
  const most = facts?.maxContext;
  if (now === undefined) {
    return most === undefined ? undefined : `${shortTokens(most)} of context at most`;
  }
  return most === undefined || most === now
    ? `${shortTokens(now)} of context`
    : `${shortTokens(now)} of ${shortTokens(most)} context`;
}

/** Partly on the processor is slow: worth a word before it is chosen. */
function gpuFact({ facts }: Candidate): string | undefined {
  const share = facts?.onGpu;
  return share === undefined || share >= 0.99 ? undefined : `${Math.round(share * 100)}% on the graphics card`;
}

/** `32k` is 32,768: windows are multiples of 1,024 nearly everywhere. */
function shortTokens(count: number): string {
  return count % 1_024 === 0 ? `${count / 1_024}k` : count.toLocaleString("en");
}

function placeOf({ view, forwardedTo }: Candidate, here: string): string {
  if (forwardedTo !== undefined) {
    return `passed on to ${showUnseen(forwardedTo)}`;
  }
  return view.locality === "machine" ? here : places[view.locality].words;
}

function leaving({ view, forwardedTo, reach }: Candidate): string | undefined {
  if (view.locality === "machine" && forwardedTo === undefined) {
    return undefined;
  }
  const host = forwardedTo === undefined ? hostOf(view) : showUnseen(forwardedTo);
  return reach === "one_task" ? `for a task that you send to ${host}` : `leaves this machine for ${host}`;
}

function hostOf({ baseUrl }: EndpointView): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl;
}
