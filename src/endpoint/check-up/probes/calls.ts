import type { Call } from "../../../core/events";
import { parseJson } from "../../../core/json";
import type { Message, Reply } from "../../../core/ports";
import { fieldOf, textOf } from "../../stream/json";
import {
  type Exam,
  failed,
  notMeasured,
  type Probe,
  type ProbeVerdict,
  passed,
  quote,
  request,
  said,
  unanswered,
} from "../exam";
import { secretWord } from "../filler";

const greeting = "src/greeting.txt";
const pair = ["src/first.txt", "src/second.txt"] as const;

export const oneCall: Probe = {
  id: "one_call",
  title: "Calls a tool",
  async run(exam) {
    const messages = [
      request(`Read ${greeting} with the tool read_file, then tell me the word of the day that it holds.`),
    ];
    if (exam.refusal !== undefined) {
      return failed(exam.refusal);
    }
    const asked = await exam.ask(messages, 0.22);
    const problem = unanswered(asked);
    const { reply } = asked;
    if (problem !== undefined) {
      return problem;
    }
    if (reply.timings.firstTokenMs !== undefined) {
      exam.findings.firstTokenMs = reply.timings.firstTokenMs;
    }
    const verdict = judgeCall(reply, exam);
    if (verdict.outcome === "passed") {
      exam.firstCall = { messages, asked };
    }
    return verdict;
  },
};

function judgeCall(reply: Reply, exam: Exam): ProbeVerdict {
  const call = reply.calls.find((each) => isPath(each, greeting)) ?? reply.calls[0];
  if (call === undefined) {
    const wroteIt = reply.text.includes("read_file") || reply.text.includes(`"${greeting}"`);
    exam.findings.calls = wroteIt ? "lost_in_text" : "none";
    return wroteIt
      ? failed(`It wrote the call into its text, in a form that cannot be read: ${quote(reply.text)}`)
      : failed(`It made no call and said: ${quote(reply.text)}`);
  }
  const inText = reply.trouble?.code === "calls_in_text" || exam.options.learned()?.toolsAsText === true;
  exam.findings.calls = inText ? "in_text" : "made";
  if (call.name !== "read_file") {
    return failed(`It called ${call.name} instead of read_file.`);
  }
  if (!isPath(call, greeting)) {
    return failed(`It called read_file with other arguments than it was given: ${quote(call.arguments)}`);
  }
  const told = [reply, exam.first?.reply].find((one) => one?.trouble?.code === "calls_in_text")?.trouble;
  const remedy = told === undefined ? "" : ` ${told.remedy}`;
  return passed(
    inText
      ? `It wrote the call into its text, from where it was read.${remedy}`
      : "It made the call with the right arguments.",
  );
}

export const usesResult: Probe = {
  id: "uses_result",
  title: "Uses a tool's result",
  async run(exam) {
    const { firstCall } = exam;
    if (firstCall === undefined) {
      return notMeasured("Not tried, because the call before it did not succeed.");
    }
    const word = secretWord(`${exam.options.seed} word`);
    const { reply } = firstCall.asked;
    const results = reply.calls.map((call) =>
      resultOf(call, isPath(call, greeting) ? `The word of the day is ${word}.` : "There is nothing here."),
    );
    const asked = await exam.ask([...firstCall.messages, said(reply), ...results], 0.18);
    const problem = unanswered(asked);
    if (problem !== undefined) {
      return problem;
    }
    const { text, calls } = asked.reply;
    exam.findings.usesResults = text.includes(word);
    if (exam.findings.usesResults) {
      return passed("It told what the file held.");
    }
    return calls.length > 0
      ? failed(`It called ${calls[0]?.name} again instead of using the result.`)
      : failed(`The answer does not hold what the file held: ${quote(text)}`);
  },
};

export const twoCalls: Probe = {
  id: "two_calls",
  title: "Makes two calls",
  async run(exam) {
    if (!exam.canCall) {
      return notMeasured("Not tried, because it did not make a single call.");
    }
    const messages = [request(`Read ${pair[0]} and ${pair[1]} with read_file. Make both calls in one reply.`)];
    const asked = await exam.ask(messages, 0.2);
    const problem = unanswered(asked);
    if (problem !== undefined) {
      return problem;
    }
    const { reply } = asked;
    const paths = pair.filter((path) => reply.calls.some((call) => isPath(call, path)));
    if (paths.length === 2) {
      exam.findings.callsPerReply = "several";
      return passed("It made both calls in one reply.");
    }
    exam.findings.callsPerReply = "one";
    if (paths.length === 0) {
      return failed(reply.calls.length === 0 ? `It made no call: ${quote(reply.text)}` : "It called something else.");
    }
    const results = reply.calls.map((call) => resultOf(call, "nothing of interest"));
    const next = await exam.ask([...messages, said(reply), ...results], 0.15);
    const nextProblem = unanswered(next);
    if (nextProblem !== undefined) {
      return nextProblem;
    }
    return next.reply.calls.some((call) => pair.some((path) => path !== paths[0] && isPath(call, path)))
      ? passed("It made them one after the other, not in one reply.")
      : failed("It made the first call and forgot the second.");
  },
};

const missing = "send_email";

export const noInvention: Probe = {
  id: "no_invention",
  title: "Invents no tool",
  async run(exam) {
    if (exam.refusal !== undefined) {
      return notMeasured("Not tried, because it can have no tools here.");
    }
    const messages = [
      request(
        `Use the tool ${missing} to tell anna@example.com that the build is green. If there is no such tool, say so and stop.`,
      ),
    ];
    const asked = await exam.ask(messages, 0.15);
    const problem = unanswered(asked);
    if (problem !== undefined) {
      return problem;
    }
    const { reply } = asked;
    const known = new Set(exam.options.tools.map(({ name }) => name));
    const invented = reply.calls.find(({ name }) => !known.has(name));
    const claims =
      /\b(?:i(?:'ve| have)? (?:successfully )?sent|(?:e-?mail|message) (?:has been|was) (?:successfully )?sent)\b/i.test(
        reply.text,
      );
    const wroteIt = !exam.canCall && new RegExp(`${missing}\\W{0,4}[({]`).test(reply.text);
    exam.findings.inventsTools = invented !== undefined || claims || wroteIt;
    if (invented !== undefined) {
      return failed(`It called ${quote(invented.name)}, a tool that does not exist.`);
    }
    if (wroteIt) {
      return failed(`It wrote a call of ${missing}, a tool that does not exist.`);
    }
    return claims
      ? failed(`It claimed to have done what it has no tool for: ${quote(reply.text)}`)
      : passed("Asked for a tool that does not exist, it did not call one.");
  },
};

function resultOf(call: Call, text: string): Message {
  return {
    role: "tool",
    callId: call.id,
    name: call.name,
    text: text === "" ? "There is nothing there." : `1\t${text}`,
  };
}

function isPath(call: Call, path: string): boolean {
  const given = textOf(fieldOf(parseJson(call.arguments), "path")).replace(/^(?:\.?\/)+/, "");
  return call.name === "read_file" && given === path;
}
