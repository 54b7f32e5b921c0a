import { type Asked, failed, notMeasured, type ProbeVerdict, passed, showSeconds, unanswered } from "../exam";

/** Put behind a conversation to have it read again. */
export const oneMoreWord = "Call no tool. Answer with the one word: again";

/** A first reading shorter than this cannot be told from a repeated one by time. */
const leastToCompareMs = 250;
const worksFrom = 0.5;

/** Whether the server read again what it had just read: by its own count, else by the time to the first words. */
export function compareReadings(first: Asked, again: Asked): ProbeVerdict {
  const before = first.reply.timings.firstTokenMs ?? 0;
  if (again.ended === "too_slow" && before >= leastToCompareMs && again.givenMs > before) {
    return failed(`By time: the same text again was not read within ${showSeconds(again.givenMs)}.`);
  }
  return unanswered(again) ?? reported(again) ?? timed(before, again.reply.timings.firstTokenMs);
}

function reported({ reply }: Asked): ProbeVerdict | undefined {
  const { usage } = reply;
  if (usage?.cachedTokens === undefined || usage.promptTokens === 0) {
    return undefined;
  }
  const share = usage.cachedTokens / usage.promptTokens;
  const percent = Math.round(share * 100);
  return share >= worksFrom
    ? passed(`The server reported ${percent} % of a repeated prompt as cached.`)
    : failed(`The server reported only ${percent} % of a repeated prompt as cached.`);
}

function timed(before: number, after: number | undefined): ProbeVerdict {
  if (after === undefined || before < leastToCompareMs) {
    return notMeasured("The server does not report it, and answered too fast to tell by time.");
  }
  const times = `first words after ${showSeconds(after)}, when the text was new after ${showSeconds(before)}`;
  return after < before * (1 - worksFrom) ? passed(`By time: ${times}.`) : failed(`By time: ${times}.`);
}
