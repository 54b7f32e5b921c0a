import {
  type Asked,
  type Exam,
  failed,
  notMeasured,
  type Probe,
  passed,
  request,
  showSeconds,
  unanswered,
} from "../exam";

const highest = 30;
const question = `Write the numbers from 1 to ${highest} in digits, separated by single spaces, and nothing else. Call no tool.`;
/** More of the time than anything else may take: a server may have to load the model first. */
const share = 0.55;

export const answers: Probe = {
  id: "answers",
  title: "Answers",
  async run(exam) {
    const asked = await askWithToolsOrWithout(exam);
    exam.first = asked;
    const problem = unanswered(asked);
    if (problem !== undefined) {
      return asked.ended === "too_slow" ? failed(`No answer within ${showSeconds(asked.givenMs)}.`) : problem;
    }
    const { text, calls, reasoning, timings } = asked.reply;
    if (text.trim() === "" && calls.length === 0) {
      return failed(reasoning === "" ? "The reply was empty." : "It thought, and then said nothing.");
    }
    return passed(`First words after ${showSeconds(timings.firstTokenMs ?? timings.totalMs)}, loading included.`);
  },
};

/** A server that lets the model have no tools refuses the whole request: then it is asked without them. */
async function askWithToolsOrWithout(exam: Exam): Promise<Asked> {
  const asked = await exam.ask([request(question)], share);
  const { trouble } = asked.reply;
  if (trouble?.code !== "no_tools") {
    return asked;
  }
  exam.findings.calls = "refused";
  exam.refusal = trouble.message;
  return exam.ask([request(question)], share);
}

/** Told from the first answer; asks nothing of its own. */
export const streams: Probe = {
  id: "streams",
  title: "Sends its reply while it is made",
  async run({ first, findings }) {
    if (first === undefined || first.ended !== "answered" || first.reply.text.length < highest) {
      return notMeasured("The first answer was too short to tell.");
    }
    findings.streams = first.pieces > 1;
    return findings.streams
      ? passed("The reply arrived piece by piece.")
      : failed("The whole reply arrived at once, at the end.");
  },
};
