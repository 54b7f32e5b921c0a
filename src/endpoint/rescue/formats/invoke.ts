import { type Format, match, type RawCall, rawValue, skip } from "./format";
import { argumentsAt } from "./json-call";

interface Dialect {
  /** What stands between `<` and the tag's name, as a pattern. */
  prefix: string;
  wrapper: string;
}

/** DeepSeek V3.2 and V4: `string="true"` says that a value is text and not JSON. */
export const dsml = invokeFormat("deepseek-dsml", {
  prefix: "[｜|]DSML[｜|]",
  wrapper: "(?:tool_calls|function_calls)",
});

/** MiniMax M2, and others that write the same tags without a namespace. */
export const minimaxM2 = invokeFormat("minimax-m2", {
  prefix: "",
  wrapper: "(?:minimax:tool_call|function_calls|tool_calls?)",
});

function invokeFormat(name: string, { prefix, wrapper }: Dialect): Format {
  const opening = new RegExp(`(?:<${prefix}${wrapper}>\\s*)?<${prefix}invoke\\s+name=`, "g");
  const wrap = new RegExp(`<${prefix}${wrapper}>\\s*`, "y");
  const head = new RegExp(`\\s*<${prefix}invoke\\s+name=["']?([\\w.:-]+)["']?\\s*>`, "y");
  const tail = new RegExp(`\\s*</${prefix}invoke>`, "y");
  const unwrap = new RegExp(`\\s*</${prefix}${wrapper}>`, "y");
  const tag = new RegExp(
    `\\s*<${prefix}parameter\\s+name=["']?([\\w.-]+)["']?(?:\\s+string=["']?(true|false)["']?)?\\s*>`,
    "y",
  );
  const closing = new RegExp(`</${prefix}parameter>`);
  const next = new RegExp(`\\s*(?:<${prefix}parameter\\s|</${prefix}invoke>|</${prefix}${wrapper}>|$)`, "y");

  function readInvoke(text: string, start: number): { call: RawCall; end: number } | undefined {
    const opened = match(text, start, head);
    if (opened?.[1] === undefined) {
      return undefined;
    }
    let end = start + opened[0].length;
    const inside = argumentsAt(text, end);
    if (inside !== undefined) {
      return { call: { name: opened[1], json: inside.json }, end: skip(text, inside.end, tail) ?? inside.end };
    }
    const parameters: [string, string, boolean?][] = [];
    for (;;) {
      const key = match(text, end, tag);
      const value = key === undefined ? undefined : rawValue(text, end + key[0].length, closing, next);
      if (key?.[1] === undefined || value === undefined) {
        break;
      }
      parameters.push(key[2] === undefined ? [key[1], value.value] : [key[1], value.value, key[2] === "true"]);
      end = value.end;
    }
    return { call: { name: opened[1], parameters }, end: skip(text, end, tail) ?? end };
  }

  return {
    name,
    openers: opening,
    read(text, start) {
      const calls: RawCall[] = [];
      let end = skip(text, start, wrap) ?? start;
      for (let one = readInvoke(text, end); one !== undefined; one = readInvoke(text, end)) {
        calls.push(one.call);
        end = one.end;
      }
      return calls.length === 0 ? undefined : { start, end: skip(text, end, unwrap) ?? end, calls };
    },
  };
}

const space = "]<]minimax[>[";

/** MiniMax M3: every tag stands behind a namespace token, and each parameter is a tag of its own. */
export const minimaxM3: Format = {
  name: "minimax-m3",
  openers: /\]<\]minimax\[>\[<tool_call>/g,
  read(text, start) {
    const calls: RawCall[] = [];
    let end = start + `${space}<tool_call>`.length;
    for (;;) {
      const head = match(text, end, /\s*(?:\]<\]minimax\[>\[)?<invoke\s+name=["']?([\w.:-]+)["']?\s*>/y);
      if (head?.[1] === undefined) {
        break;
      }
      end += head[0].length;
      const read = readOwnTags(text, end);
      calls.push({ name: head[1], parameters: read.parameters });
      end = skip(text, read.end, /\s*(?:\]<\]minimax\[>\[)?<\/invoke>/y) ?? read.end;
    }
    return calls.length === 0
      ? undefined
      : { start, end: skip(text, end, /\s*(?:\]<\]minimax\[>\[)?<\/tool_call>/y) ?? end, calls };
  },
};

function readOwnTags(text: string, start: number): { parameters: [string, string][]; end: number } {
  const parameters: [string, string][] = [];
  let end = start;
  for (;;) {
    const tag = match(text, end, /\s*(?:\]<\]minimax\[>\[)?<(?!\/|invoke)([\w.-]+)>/y);
    if (tag?.[1] === undefined) {
      return { parameters, end };
    }
    const close = new RegExp(`(?:\\]<\\]minimax\\[>\\[)?</${tag[1]}>`);
    const next = /\s*(?:\]<\]minimax\[>\[|<\/invoke>|<[\w.-]+>|$)/y;
    const value = rawValue(text, end + tag[0].length, close, next);
    if (value === undefined) {
      return { parameters, end };
    }
    parameters.push([tag[1], value.value]);
    end = value.end;
  }
}
