import { type Exam, notMeasured, type Probe, type ProbeVerdict, said, user } from "../exam";
import { compareReadings, oneMoreWord } from "./repeat";

/** Told from the repeated reading of before; where that was too quick to tell, from the longest conversation there was. */
export const prefixCache: Probe = {
  id: "prefix_cache",
  title: "Reads a repeated beginning only once",
  async run(exam) {
    if (exam.repeated === undefined) {
      return notMeasured("Not tried, because no longer text was read before.");
    }
    const earlier = compareReadings(exam.repeated.first, exam.repeated.again);
    const verdict = earlier.outcome === "not_measured" ? ((await askAgain(exam)) ?? earlier) : earlier;
    noteCache(exam, verdict);
    return verdict;
  },
};

export function noteCache({ findings }: Exam, { outcome }: ProbeVerdict): void {
  if (outcome !== "not_measured") {
    findings.prefixCache = outcome === "passed" ? "works" : "does_not_work";
  }
}

async function askAgain(exam: Exam): Promise<ProbeVerdict | undefined> {
  const { longRead, repeated } = exam;
  if (longRead === undefined || longRead.asked === repeated?.first) {
    return undefined;
  }
  const { messages, asked } = longRead;
  return compareReadings(asked, await exam.ask([...messages, said(asked.reply), user(oneMoreWord)], 0.3));
}
