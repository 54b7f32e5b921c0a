import { type Format, match, type RawCall, skip } from "./format";
import { argumentsAt, readJsonCalls } from "./json-call";

/** Kimi K2: `functions.NAME:INDEX`, then JSON, between special tokens. */
export const kimi: Format = {
  name: "kimi-k2",
  openers: /<\|tool_calls_section_begin\|>|<\|tool_call_begin\|>/g,
  read: (text, start) =>
    readAll(text, start, {
      begin: /\s*(?:<\|tool_calls_section_begin\|>)?\s*/y,
      head: /\s*<\|tool_call_begin\|>\s*([\w.:-]+)\s*<\|tool_call_argument_begin\|>/y,
      tail: /\s*<\|tool_call_end\|>/y,
      end: /\s*<\|tool_calls_section_end\|>/y,
    }),
};

/** DeepSeek V3 and V3.1. V3 puts the word `function` first and the JSON into a fence. */
export const deepseek: Format = {
  name: "deepseek-v3",
  openers: /<[｜|]tool[▁_ ]calls?[▁_ ]begin[｜|]>/g,
  read: (text, start) =>
    readAll(text, start, {
      begin: /\s*(?:<[｜|]tool[▁_ ]calls[▁_ ]begin[｜|]>)?\s*/y,
      head: /\s*<[｜|]tool[▁_ ]call[▁_ ]begin[｜|]>\s*(?:function\s*<[｜|]tool[▁_ ]sep[｜|]>\s*)?([\w.:-]+)\s*(?:<[｜|]tool[▁_ ]sep[｜|]>)?\s*(?:```(?:json)?)?/y,
      tail: /\s*(?:```)?\s*<[｜|]tool[▁_ ]call[▁_ ]end[｜|]>/y,
      end: /\s*<[｜|]tool[▁_ ]calls[▁_ ]end[｜|]>/y,
    }),
};

/** Mistral and Devstral: a name and `[ARGS]`, or a list as older ones write it. */
export const mistral: Format = {
  name: "mistral",
  openers: /\[TOOL_CALLS\]/g,
  read(text, start) {
    const at = skip(text, start, /\[TOOL_CALLS\]\s*/y) ?? start;
    const list = text[at] === "[" || text[at] === "{" ? readJsonCalls(text, at) : undefined;
    if (list !== undefined) {
      return { start, end: list.end, calls: list.calls };
    }
    return readAll(text, start, {
      begin: /\s*/y,
      head: /\s*\[TOOL_CALLS\]\s*([\w.:-]+?)\s*(?:\[CALL_ID\]\s*[\w-]+\s*)?(?:\[ARGS\]|(?=\{))/y,
      tail: /\s*(?:\[\/TOOL_CALLS\])?/y,
      end: /\s*(?:<\/s>)?/y,
    });
  },
};

/** gpt-oss: the call is addressed in the header of a message, in one of several orders, sometimes without its tokens. */
export const harmony: Format = {
  name: "harmony",
  openers:
    /(?:<\|start\|>(?:assistant)?|<\|channel\|>(?:commentary|analysis)?|\b(?:assistant)?commentary|^)\s*(?:<\|channel\|>(?:commentary|analysis))?\s*to=functions\./gm,
  read: (text, start) =>
    readAll(text, start, {
      begin: /\s*/y,
      head: /\s*(?:<\|start\|>)?(?:assistant)?(?:<\|channel\|>)?(?:commentary|analysis)?\s*to=functions\.([\w:-]+?)\s*(?:<\|channel\|>(?:commentary|analysis))?\s*(?:<\|constrain\|>)?(?:json|code)?\s*(?:<\|message\|>)?(?=\s*\{)/y,
      tail: /\s*(?:<\|call\|>|<\|end\|>)?/y,
      end: /\s*/y,
    }),
};

interface Marks {
  begin: RegExp;
  /** Its first group is the name. */
  head: RegExp;
  tail: RegExp;
  end: RegExp;
}

function readAll(text: string, start: number, marks: Marks) {
  const calls: RawCall[] = [];
  let at = skip(text, start, marks.begin) ?? start;
  for (;;) {
    const head = match(text, at, marks.head);
    const found = head === undefined ? undefined : argumentsAt(text, at + head[0].length);
    if (head?.[1] === undefined || found === undefined) {
      break;
    }
    calls.push({ name: head[1], json: found.json });
    at = skip(text, found.end, marks.tail) ?? found.end;
  }
  return calls.length === 0 ? undefined : { start, end: skip(text, at, marks.end) ?? at, calls };
}
