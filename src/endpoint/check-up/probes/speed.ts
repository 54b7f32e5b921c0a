import { type Asked, type Exam, notMeasured, type Probe, passed, request, said, unanswered, user } from "../exam";
import { filler } from "../filler";
import { noteCache } from "./prefix-cache";
import { compareReadings, oneMoreWord } from "./repeat";

/** About 800 tokens: seconds on a slow machine, and enough to see on a fast one. */
const readCharacters = 3_200;
/** Below this the time to the first piece is more noise than reading. */
const leastMs = 50;

/** Reads a new text, then the same again with a further question. */
export const speed: Probe = {
  id: "speed",
  title: "Speed",
  async run(exam) {
    const text = filler(`${exam.options.seed} speed`, readCharacters);
    const messages = [request(`Here are notes:\n${text}\nCall no tool. Answer with the one word: noted`)];
    const first = await exam.ask(messages, 0.3);
    const problem = unanswered(first);
    if (problem === undefined) {
      exam.calibrate(exam.first, first, readCharacters);
      exam.longRead = { messages, asked: first };
      const again = await exam.ask([...messages, said(first.reply), user(oneMoreWord)], 0.2);
      exam.repeated = { first, again };
      noteCache(exam, compareReadings(first, again));
      noteReadingSpeed(exam, first, readCharacters);
    }
    const { readingSpeed, writingSpeed } = exam.findings;
    if (readingSpeed === undefined && writingSpeed === undefined) {
      return notMeasured(problem?.detail ?? "Too fast to be measured with so short a text.");
    }
    const reads =
      readingSpeed === undefined
        ? "Its reading speed was not measured"
        : `It reads ${shown(readingSpeed)} tokens a second`;
    const writes =
      writingSpeed === undefined
        ? "its writing speed was not measured"
        : `it writes ${shown(writingSpeed)} tokens a second`;
    return passed(`${reads}, and ${writes}.`);
  },
};

/** `fresh`: characters in the prompt that the server cannot have read before. Without a cache it reads all of them. */
export function noteReadingSpeed(exam: Exam, { reply }: Asked, fresh: number): void {
  const { firstTokenMs } = reply.timings;
  if (firstTokenMs === undefined || firstTokenMs < leastMs) {
    return;
  }
  const { usage } = reply;
  const cached = usage?.cachedTokens ?? (exam.findings.prefixCache === "does_not_work" ? 0 : undefined);
  const known = usage === undefined || cached === undefined ? undefined : usage.promptTokens - cached;
  const tokens = known ?? Math.round(fresh / exam.charactersPerToken);
  if (tokens > 0) {
    exam.findings.readingSpeed = tokens / (firstTokenMs / 1000);
  }
}

export function shown(speed: number): string {
  return speed < 10 ? speed.toFixed(1) : Math.round(speed).toLocaleString("en");
}
