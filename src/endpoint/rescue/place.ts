/** Where a text only shows things: code fences and code in backticks. */
export interface Shown {
  start: number;
  end: number;
  /** A fence, and what it holds. */
  fence?: { language: string; body: string };
}

/** Fences and backticked spans behind `from`, in order. An open fence goes on to the end. */
export function shownParts(text: string, from = 0): Shown[] {
  const parts: Shown[] = [];
  const fence = /^([ \t]*)(`{3,}|~{3,})[ \t]*([\w+-]*)[^\n]*\n?/gm;
  let at = from;
  fence.lastIndex = from;
  for (let open = fence.exec(text); open !== null; open = fence.exec(text)) {
    parts.push(...spans(text, at, open.index));
    const body = open.index + open[0].length;
    const close = new RegExp(`^[ \\t]*${open[2]}[ \\t]*$`, "gm");
    close.lastIndex = body;
    const end = close.exec(text);
    at = end === null ? text.length : end.index + end[0].length;
    parts.push({
      start: open.index,
      end: at,
      fence: { language: open[3] ?? "", body: text.slice(body, end?.index ?? text.length) },
    });
    fence.lastIndex = at;
  }
  return [...parts, ...spans(text, at, text.length)];
}

export function isShown(parts: readonly Shown[], at: number): boolean {
  return parts.some(({ start, end }) => start <= at && at < end);
}

function spans(text: string, from: number, to: number): Shown[] {
  return [...text.slice(from, to).matchAll(/(`+)(?!`)[^\n]*?[^`]\1(?!`)/g)].map((found) => ({
    start: from + found.index,
    end: from + found.index + found[0].length,
  }));
}

/** Shows what comes next, whoever says it. */
const presents =
  /\b(?:for example|for instance|e\.g|such as|like (?:this|so)|as follows|(?:this|that|same|following) (?:format|form|syntax))\b/i;
const aboutCalls = /\b(?:examples?|tool calls?|calls? looks?|how (?:an?|the) calls?|to call a tool)\b/i;
/** Says that what comes next is shown, and not done. */
const explains =
  /\b(?:(?:examples?|samples?|looks? (?:like|so)|(?:look|looked|written|done) as|is how|would|formats?|syntax|raw text|(?:an?|tool|function) calls?|(?:i|you)(?:['’]d| will| can| could| should| may| need)? (?:write|send|print|try)|this way|if you|^(?:never|don't|don’t|do not))\b|(?:was|contains?|shows?|says?|reads|writes|wrote|sends?|sent|prints?|emits?|returns?)(?: (?:this|that|it|the following))?\W*$)/i;
/** The same where the call is read with less certainty: in a fence, as mere JSON, or with words behind it. */
const quotes =
  /\b(?:templates?|following|documented|documentation|docs|emits?|writes?|wrote|written|sends?|sent|prints?|printed|parses?|parsed|means?|markers?|tags?|logs?|logged|contains?|shows?|shown|says?|expects?|accepts?|returns?|output|response|repl(?:y|ied)|raw|instead of|never|you (?:can|could|should|may|need))\b/i;
const announces =
  /\b(?:i|i'll|i’ll|we|let me|let's|let’s|now|first|next|then|call(?:ing)?|us(?:e|ing)|read(?:ing)?|check(?:ing)?|search(?:ing)?|run(?:ning)?|look(?:ing)?|open(?:ing)?|edit(?:ing)?)\b/i;

const showing =
  "show|explain|demonstrate|illustrate|describe|give|tell|quote|present|mention|note|say|print|write (?:it|this|that|one|them)? ?(?:out|down)";
/** The speaker is about to do something other than to show how it is done. */
const aboutToAct = new RegExp(
  `\\b(?:let me|let['’]s|(?:i|we)['’]ll|(?:i|we) will|i['’]m going to|i am going to|(?:i|we) (?:need|want|have) to|(?:i|we) (?:should|must))(?: (?:now|first|then|also|quickly|just|next))* (?!(?:${showing})\\b)`,
  "i",
);
/** The name of a step that is being taken. */
const step =
  /^\W*(?:step \d|time to\b|(?:read|check|search|runn|look|open|edit|fix|view|list|inspect|verify|test|updat|creat|find)ing\b)(?!.*\b(?:would|looks? like|an? example|(?:an?|tool) calls?|is (?:done|written)|you|wrote|(?:it|this|that) (?:says|reads|shows|contains))\b)/i;
/** What is done now and then is not done here. */
const generally = /\b(?:if|when|whenever|each time|every time|usually|would)\b/i;

/** The words before a call: nothing, an announcement, or a sentence that is complete without the call. */
export function leadsToCall(lead: string): boolean {
  const sentence = lastSentence(lead);
  const isComplete = /[.!?…]$/.test(sentence);
  return !isAbout(sentence, isComplete ? aboutCalls : explains);
}

/** The same for words that come behind calls. */
export function followsCall(text: string): boolean {
  return !isQuoting(lastSentence(text.split("\n")[0] ?? ""));
}

/** The same where the call looks like an example, in a fence: then it must be announced. */
export function announcesCall(lead: string): boolean {
  const sentence = lastSentence(lead);
  return sentence === "" || (announces.test(sentence) && !isQuoting(sentence));
}

function isQuoting(sentence: string): boolean {
  return isAbout(sentence, explains) || isAbout(sentence, quotes);
}

/** Whether a sentence talks about a call and does not announce one. */
function isAbout(sentence: string, words: RegExp): boolean {
  return presents.test(sentence) || (words.test(sentence) && !isAnnouncement(sentence));
}

function isAnnouncement(sentence: string): boolean {
  const found = step.exec(sentence) ?? aboutToAct.exec(sentence);
  return found !== null && !generally.test(sentence.slice(0, found.index));
}

function lastSentence(lead: string): string {
  const line = lead.trim().split("\n").at(-1) ?? "";
  return (
    line
      .split(/(?<=[.!?])\s+/)
      .at(-1)
      ?.trim() ?? ""
  );
}

const endMarks =
  /(?:<\|(?:im_end|end|eot_id|eom_id|endoftext|return|call|end_of_text|user|observation|assistant)\|>|<\/s>|<｜end▁of▁sentence｜>|<\/?(?:tool_calls?|function_calls?)>|\[\/?(?:TOOL_CALLS|INST)\])+/g;
const answersItself =
  /^\s*(?:<\|?(?:tool_response|tool_result|tool_output|function_response|observation)|\[TOOL_RESULTS?\]|Observation:|Tool result:)/i;

/** The text without the marks that end a turn, which a server may leave at its end. */
export function withoutEndMarks(text: string): string {
  return text.replace(new RegExp(`\\s*(?:${endMarks.source})\\s*$`), "");
}

/** What stands behind the calls, without marks that end a turn and without results the model made up itself. */
export function trailing(text: string): string {
  return answersItself.test(text) ? "" : text.replace(endMarks, "").trim();
}
