import type { Trouble } from "./events";
import type { Reply } from "./ports";

/** A reply that neither answers nor goes on: what the model is told once, and the user when it happens again. */
export interface Nudge {
  text: string;
  trouble: Trouble;
}

const goOn = "Press Continue to let it try again, say what it should do, or choose another model.";

const nudges = {
  repeats: {
    text: "[Your reply went on with the same text over and over, so it was stopped. Do not go on with it: take another way. Make the next tool call, or say in a sentence that you are done.]",
    trouble: {
      code: "repeats",
      message: "The model wrote the same text over and over twice in a row, so it was stopped.",
      remedy: "Say what it should do instead, try a larger quantisation of it, or choose another model.",
    },
  },
  cut: {
    text: "[Your reply was cut off at the server's output limit. Go on with one short step; write long files in parts.]",
    trouble: {
      code: "reply_cut_off",
      message: "The model's reply was cut off at its output limit twice in a row. Nothing of it was run.",
      remedy: goOn,
    },
  },
  thought: {
    text: "[Your thoughts took the whole reply, up to the server's output limit. Think briefly, then make the next tool call.]",
    trouble: {
      code: "only_thoughts",
      message: "The model thought until its output limit twice in a row and never came to an answer.",
      remedy: "Load it with a larger context, switch its thinking off in the server, or choose another model.",
    },
  },
  empty: {
    text: "[Your reply was empty. Make the next tool call, or say in a sentence that you are done.]",
    trouble: { code: "empty_reply", message: "The model answered with nothing twice in a row.", remedy: goOn },
  },
  unread: {
    text: "[Your reply ends in a tool call that is written as text and could not be read, so nothing was run. If you meant it, make that call again, with no words before it. If you only showed it, say so in a sentence.]",
    trouble: {
      code: "unread_call",
      message:
        "The model wrote a tool call into its text twice in a row that could not be read. Nothing of it was run.",
      remedy: "Press Continue to let it try again, switch on the tool parser of its server, or choose another model.",
    },
  },
  announced: {
    text: "[You announced a step but made no tool call. Make the call now; or, if nothing is left to do, say so in a sentence.]",
    trouble: {
      code: "only_announced",
      message: "The model says what it is about to do, but does not do it.",
      remedy: goOn,
    },
  },
} satisfies Record<string, Nudge>;

/** Undefined for a reply that stands. `offersTools`: there is something that it could have called. */
export function nudgeFor(reply: Reply, offersTools: boolean): Nudge | undefined {
  const { text, reasoning, stop, calls, trouble } = reply;
  if (calls.length > 0) {
    return undefined;
  }
  if (trouble?.code === "repeats") {
    return nudges.repeats;
  }
  if (stop === "length") {
    return text.trim() === "" && reasoning.trim() !== "" ? nudges.thought : nudges.cut;
  }
  if (text.trim() === "") {
    return nudges.empty;
  }
  if (offersTools && reply.hasUnreadCall) {
    return nudges.unread;
  }
  return offersTools && announcesStep(text) ? nudges.announced : undefined;
}

const doing =
  "read|look|check|open|search|find|list|run|edit|change|fix|update|write|create|add|examine|inspect|explore|start|begin|make|apply|modify|implement|view|see|try|test|verify|analy[sz]e|investigate|review|propose|call|use|gather|locate|remove|replace|rename|go ahead|take a look";
const opener = "(?:(?:ok(?:ay)?|alright|great|good|now|next|first|then|so|sure|perfect|got it)[,.!:]? +)*";
const announcing = new RegExp(
  `^${opener}(?:let me|let's|i(?:'|’)ll|i will|i(?:'|’)m going to|i am going to|i need to|i should|i must)(?: +(?:now|first|then|also|quickly|just|next))* +(?:${doing})\\b`,
  "i",
);
/** Said on a condition, or left to the user: no step that was due. */
const conditional =
  /\b(?:if you|once you|when you|after you|unless|would you|do you want|should i|let me know|whenever you)\b/i;

/** Whether a reply ends with a step that it does not take: “Let me read the file:”. */
export function announcesStep(text: string): boolean {
  const last = lastSentence(text);
  return !conditional.test(last) && !last.endsWith("?") && (announcing.test(last) || last.endsWith(":"));
}

function lastSentence(text: string): string {
  const line = text.trim().split(/\n+/).at(-1) ?? "";
  const plain = line.replace(/^[\s>*#\-\d.)]+|[*_`\s]+$/g, "");
  return plain.split(/(?<=[.!?…])\s+(?=\p{Lu})/u).at(-1) ?? plain;
}
