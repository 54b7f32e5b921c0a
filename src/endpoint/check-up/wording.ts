import { agentContexts, contextSentences } from "../catalogue/words";
import { slow } from "./limits";
import { shown } from "./probes/speed";
import type { CheckUpReport, Findings, LoopLimits, ProbeResult, TrustSentence } from "./report";

export const remark =
  "This looked at one model on one server, once, with a few small questions. It is no benchmark, and says nothing about the same model elsewhere.";

type Level = TrustSentence["level"];

/** What the model can be trusted with, in the order in which it matters. Only what was seen is said. `window` in tokens. */
export function trustIn(found: Findings, window: number): TrustSentence[] {
  const sentences: [Level, string | undefined][] = [
    ["cannot", withoutCalls(found)],
    ["with_care", inText(found)],
    ["can", found.usesResults ? "Reading files and answering from what they hold." : undefined],
    [
      "cannot",
      found.usesResults === false ? "Answering from what a tool told it: look at its claims yourself." : undefined,
    ],
    ...edits(found),
    ["with_care", found.inventsTools ? "Its reports: it claims or tries things that it has no tool for." : undefined],
    ["can", found.remembers ? "Longer tasks: it keeps what was said at the beginning." : undefined],
    ["can", longestKept(found)],
    ["with_care", forgets(found)],
    ["with_care", window < agentContexts.least ? contextSentences.too_small : undefined],
  ];
  return sentences.flatMap(([level, text]) => (text === undefined ? [] : [{ level, text }]));
}

function withoutCalls({ calls }: Findings): string | undefined {
  switch (calls) {
    case "refused":
      return "Work with tools: as the server runs it, it can call none. It can answer questions.";
    case "lost_in_text":
      return "Work with tools: it writes its calls in a form that cannot be read. It can answer questions.";
    case "none":
      return "Work with tools: it made no call when told to. It can answer questions.";
    default:
      return undefined;
  }
}

function inText({ calls }: Findings): string | undefined {
  return calls === "in_text"
    ? "Tool calls: they come as text and are read from there, so one may be missed now and then."
    : undefined;
}

function edits({ edits: seen }: Findings): [Level, string | undefined][] {
  switch (seen) {
    case "first_try":
      return [["can", "Changing files: its edit was exact at the first try."]];
    case "second_try":
      return [["can", "Changing files: it mends an edit when it is told what was wrong."]];
    case "rewrites":
      return [["with_care", "Changing files: it writes them anew, which is safe for short ones only."]];
    case "fails":
      return [["with_care", "Changing files: its edits did not fit. Look closely at each diff."]];
    default:
      return [];
  }
}

/** Of a window too long to be filled in the time. */
function longestKept({ remembers, rememberedOver }: Findings): string | undefined {
  return remembers === undefined && rememberedOver !== undefined && rememberedOver >= agentContexts.least
    ? `Tasks of up to about ${rememberedOver.toLocaleString("en")} tokens: it kept a fact over as much.`
    : undefined;
}

function forgets({ remembers, silentCut }: Findings): string | undefined {
  if (silentCut !== undefined) {
    return "Longer tasks: the server drops the beginning of a long conversation without saying so.";
  }
  return remembers === false ? "Longer tasks: it forgets what was said at the beginning. Keep tasks short." : undefined;
}

/** What Hearth does differently because of it, a sentence for each limit. */
export function consequencesOf(limits: LoopLimits, found: Findings): string[] {
  const sentences: (string | undefined | false)[] = [
    !limits.agentMode && "It is given no tools: it answers questions from what you show it.",
    limits.callsInText && "Tool calls are read from its text, where that is safe.",
    limits.agentMode &&
      limits.callsPerReply === "one" &&
      "Of each reply the first tool call alone is run; it is asked to make the others one after the other.",
    limits.wholeFileBelowLines !== undefined &&
      `Reading a file of up to ${limits.wholeFileBelowLines} lines, it is told to write it whole instead of editing it; you see the same diff.`,
    limits.readLines !== undefined && `A file is read ${limits.readLines} lines at a time, unless it asks for more.`,
    limits.contextTokens !== undefined &&
      `A conversation is kept below ${limits.contextTokens.toLocaleString("en")} tokens, whatever the server says, for as long as its window is the one that was measured.`,
    limits.compactAtShare !== undefined &&
      `Long conversations are summed up at ${Math.round(limits.compactAtShare * 100)} % of the window already.`,
    found.prefixCache === "does_not_work" &&
      "Each turn waits for the whole conversation to be read again, because the server does not keep it.",
    isSlow(found) && "Waiting times are shown with an estimate from the speed measured here.",
  ];
  return sentences.filter((sentence): sentence is string => typeof sentence === "string");
}

function isSlow({ readingSpeed, writingSpeed }: Findings): boolean {
  return (
    (readingSpeed !== undefined && readingSpeed < slow.reading) ||
    (writingSpeed !== undefined && writingSpeed < slow.writing)
  );
}

export function summaryOf(
  ended: CheckUpReport["ended"],
  probes: readonly ProbeResult[],
  found: Findings,
  limits: LoopLimits,
  window: number,
): string {
  if (ended === "no_answer") {
    return `The model did not answer. ${probes[0]?.detail ?? ""}`.trim();
  }
  if (ended === "stopped") {
    return "The check-up was stopped; what was seen so far is below.";
  }
  const count = (outcome: ProbeResult["outcome"]) => probes.filter((probe) => probe.outcome === outcome).length;
  const tally = `${count("passed")} of ${probes.length} passed, ${count("failed")} failed, ${count("not_measured")} not measured.`;
  return `${fitness(found, limits, window)} ${tally}${speeds(found)}`;
}

function fitness(found: Findings, limits: LoopLimits, window: number): string {
  if (!limits.agentMode) {
    return "For questions only.";
  }
  const careful = found.edits === "fails" || found.usesResults === false || found.inventsTools === true;
  if (careful) {
    return "For small tasks, watched closely.";
  }
  if (found.calls === undefined || found.edits === undefined) {
    return "Too little could be measured to say what it is good for.";
  }
  if (found.remembers === false || found.silentCut !== undefined || window < agentContexts.least) {
    return "Good for short tasks.";
  }
  return isSlow(found) ? "Good for agent work, but slow." : "Good for agent work.";
}

function speeds({ writingSpeed }: Findings): string {
  return writingSpeed === undefined ? "" : ` It writes ${shown(writingSpeed)} tokens a second.`;
}
