import {
  type Asked,
  type Exam,
  failed,
  notMeasured,
  type Probe,
  type ProbeVerdict,
  passed,
  said,
  showSeconds,
  unanswered,
  user,
} from "../exam";
import { oneMoreWord } from "./speed";

/** A first reading shorter than this cannot be told from a repeated one by time. */
const leastToCompareMs = 250;
const worksFrom = 0.5;

/** Told from the repeated reading of before; where that was too quick to tell, from the longest conversation there was. */
export const prefixCache: Probe = {
  id: "prefix_cache",
  title: "Reads a repeated beginning only once",
  async run(exam) {
    const earlier = exam.repeated === undefined ? undefined : compare(exam.repeated.first, exam.repeated.again);
    const verdict = earlier?.outcome === "not_measured" ? ((await askAgain(exam)) ?? earlier) : earlier;
    if (verdict === undefined) {
      return notMeasured("Not tried, because no longer text was read before.");
    }
    if (verdict.outcome !== "not_measured") {
      exam.findings.prefixCache = verdict.outcome === "passed" ? "works" : "does_not_work";
    }
    return verdict;
  },
};

async function askAgain(exam: Exam): Promise<ProbeVerdict | undefined> {
  const { longRead, repeated } = exam;
  if (longRead === undefined || longRead.asked === repeated?.first) {
    return undefined;
  }
  const { messages, asked } = longRead;
  return compare(asked, await exam.ask([...messages, said(asked.reply), user(oneMoreWord)], 0.3));
}

function compare(first: Asked, again: Asked): ProbeVerdict {
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
