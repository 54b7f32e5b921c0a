import type { Message } from "../../../core/ports";
import {
  type Asked,
  type Exam,
  failed,
  notMeasured,
  type Probe,
  type ProbeVerdict,
  passed,
  quote,
  request,
  unanswered,
  user,
} from "../exam";
import { filler, secretWord } from "../filler";
import { noteReadingSpeed } from "./speed";

const wantedShare = 0.75;
/** A window is filled as far as there is time for, but with less than this it says nothing. */
const leastTokens = 8_192;
const leastShare = 0.2;
const parts = 6;
/** The server counted less than this share of what was sent. */
const cutBelow = 0.75;

/** A fact at the beginning, several messages of other text, then the question. Servers that cut drop the oldest messages. */
export const memory: Probe = {
  id: "memory",
  title: "Keeps a fact over three quarters of its window",
  async run(exam) {
    const { contextWindow, options } = exam;
    if (contextWindow === undefined) {
      return notMeasured("The server does not say how long a conversation may be.");
    }
    const tokens = affordableTokens(exam, contextWindow);
    if (tokens < Math.min(contextWindow * leastShare, leastTokens)) {
      return notMeasured("Reading so much would take longer than the whole check-up may.");
    }
    const word = secretWord(`${options.seed} fact`);
    const messages = conversation(exam, word, tokens);
    const sent = exam.estimate(messages);
    const asked = await exam.ask(messages, 1);
    const verdict = unanswered(asked) ?? judge(exam, asked, { word, sent, contextWindow });
    if (asked.ended === "answered" && exam.findings.silentCut === undefined) {
      exam.longRead = { messages, asked };
      noteReadingSpeed(exam, asked, (sent - exam.estimate([])) * exam.charactersPerToken);
    }
    return verdict;
  },
};

interface Sent {
  word: string;
  /** Tokens, estimated. */
  sent: number;
  contextWindow: number;
}

function judge(
  { findings }: Exam,
  { reply: { text, usage, trouble } }: Asked,
  { word, sent, contextWindow }: Sent,
): ProbeVerdict {
  const counted = usage?.promptTokens ?? 0;
  const percent = Math.round((sent / contextWindow) * 100);
  const over = `over about ${show(sent)} tokens, ${percent} % of its window`;
  if (counted > 0 && (counted < sent * cutBelow || trouble?.code === "prompt_cut")) {
    findings.silentCut = { sent, counted };
    return failed(
      `Of about ${show(sent)} tokens the server read ${show(counted)}: it dropped the rest without saying so, although it gives its window as ${show(contextWindow)}.`,
    );
  }
  findings.rememberedOver = sent;
  if (!text.includes(word)) {
    findings.remembers = false;
    return failed(`It lost the fact ${over}: ${quote(text)}`);
  }
  if (percent < wantedShare * 100 - 10) {
    return notMeasured(`It kept the fact ${over}. More would have taken longer than the check-up may.`);
  }
  findings.remembers = true;
  return passed(`It kept the fact ${over}.`);
}

/** As much of three quarters of the window as can be read in the time that is left, with some of it for the answer. */
function affordableTokens({ findings, remainingMs }: Exam, contextWindow: number): number {
  const wanted = contextWindow * wantedShare;
  const { readingSpeed } = findings;
  return readingSpeed === undefined ? wanted : Math.min(wanted, (remainingMs / 1000) * 0.7 * readingSpeed);
}

function conversation(exam: Exam, word: string, tokens: number): Message[] {
  const noted: Message = { role: "assistant", text: "Noted.", reasoning: "", calls: [] };
  const first = request(`Remember this for later: the code of the cellar door is ${word}. Call no tool. Answer: noted`);
  const last = user("What is the code of the cellar door? Answer with the code alone. Call no tool.");
  const room = Math.max(0, tokens - exam.estimate([first, noted, last]));
  const characters = (room * exam.charactersPerToken) / parts;
  const filling = Array.from({ length: parts }, (_, index): Message[] => {
    const text = filler(`${exam.options.seed} part ${index}`, characters);
    return [user(`Notes, part ${index + 1}:\n${text}`), noted];
  });
  return [first, noted, ...filling.flat(), last];
}

function show(tokens: number): string {
  return tokens.toLocaleString("en");
}
