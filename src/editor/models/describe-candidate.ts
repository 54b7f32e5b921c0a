import type { EndpointView } from "../../core/events";
import { formatBytes } from "../../net/traffic";
import { showUnseen } from "../status/describe-status";
import type { Candidate } from "./model-choice";

export interface CandidateTexts {
  label: string;
  description: string;
  detail: string;
}

/** A model as one line of the picker: what it is, where it runs, what it has now, and how it did here. */
export function describeCandidate(
  candidate: Candidate,
  checkUp: string | undefined,
  isChosen: boolean,
): CandidateTexts {
  const { view, loaded, trouble } = candidate;
  const name = view.practice ? "Practice: a script, not a model" : showUnseen(view.model).replaceAll("$(", "\\$(");
  const facts = [
    ...sizeFacts(candidate),
    contextFact(candidate),
    loaded === true && !view.practice ? "loaded" : undefined,
    gpuFact(candidate),
    view.practice ? undefined : checkUp,
  ].filter((fact) => fact !== undefined);
  return {
    label: `${iconOf(candidate)} ${name}`,
    description: [view.practice ? "" : showUnseen(view.name), isChosen ? "$(check) in use" : ""]
      .filter(Boolean)
      .join("  "),
    detail: [whereIs(candidate), ...(trouble ? [`$(warning) ${showUnseen(trouble.message, 200)}`] : facts)].join(" · "),
  };
}

function iconOf({ view }: Candidate): string {
  if (view.practice) {
    return "$(mortar-board)";
  }
  return { machine: "$(home)", network: "$(radio-tower)", internet: "$(cloud)" }[view.locality];
}

function sizeFacts({ facts }: Candidate): (string | undefined)[] {
  return [
    facts?.parameters,
    facts?.sizeBytes === undefined ? undefined : formatBytes(facts.sizeBytes),
    facts?.quantization,
  ].map((fact) => fact && showUnseen(fact));
}

function contextFact({ view, facts }: Candidate): string | undefined {
  const now = view.contextWindow;
  const most = facts?.maxContext;
  const beyond = most !== undefined && most !== now ? `, at most ${tokens(most)}` : "";
  if (now === undefined) {
    return most === undefined ? undefined : `at most ${tokens(most)} of context`;
  }
  return `${tokens(now)} of context${beyond}`;
}

/** Partly on the processor is slow: worth a word before it is chosen. */
function gpuFact({ facts }: Candidate): string | undefined {
  const share = facts?.onGpu;
  return share === undefined || share >= 0.99 ? undefined : `${Math.round(share * 100)}% on the graphics card`;
}

function tokens(count: number): string {
  return `${count.toLocaleString("en")} tokens`;
}

export function whereIs({ view, forwardedTo, reach }: Pick<Candidate, "view" | "forwardedTo" | "reach">): string {
  if (view.practice) {
    return "knows one lesson, the sample project; nothing is sent anywhere";
  }
  const host = hostOf(view);
  if (forwardedTo !== undefined) {
    return `passed on to ${showUnseen(forwardedTo)} by ${host}: leaves this machine`;
  }
  const leaves = reach === "one_task" ? "only for a task that you send there" : "leaves this machine";
  switch (view.locality) {
    case "machine":
      return `on this machine (${host})`;
    case "network":
      return `on your network (${host}): leaves this machine`;
    case "internet":
      return `on the internet (${host}): ${leaves}`;
  }
}

function hostOf({ baseUrl }: EndpointView): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl;
}
