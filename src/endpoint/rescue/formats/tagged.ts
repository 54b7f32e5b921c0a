import { type Block, type Format, match, type RawCall, rawValue, skip } from "./format";
import { argumentsAt, readJsonCalls } from "./json-call";

const open = /<(tool_calls?|function_calls?|functioncall|toolcall)>\s*/y;
const close = /\s*<\/(?:tool_calls?|function_calls?|functioncall|toolcall)>/y;

/** Hermes and its kin: JSON between tags. */
export const hermes: Format = {
  name: "hermes",
  openers: /<(?:tool_calls?|function_calls?|functioncall|toolcall)>/g,
  read(text, start) {
    const at = skip(text, start, open);
    const found = at === undefined ? undefined : readJsonCalls(text, at);
    if (found === undefined) {
      return undefined;
    }
    const extra = skip(text, found.end, /[\s}\]]*(?=\s*<\/)/y) ?? found.end;
    return closed(text, start, extra, found.calls);
  },
};

/** Qwen3-Coder: `<function=NAME>` with `<parameter=KEY>`, often without the outer tag. Llama writes JSON inside. */
export const qwenCoder: Format = {
  name: "qwen3-coder",
  openers: /<tool_call>\s*<function[= ]|<function[= ]/g,
  read(text, start) {
    const calls: RawCall[] = [];
    let end = skip(text, start, /<tool_call>\s*/y) ?? start;
    for (;;) {
      const at = skip(text, end, /\s*(?:<\/tool_call>\s*<tool_call>)?\s*(?=<function)/y);
      const one = at === undefined ? undefined : readFunction(text, at);
      if (one === undefined) {
        break;
      }
      calls.push(one.call);
      end = one.end;
    }
    return calls.length === 0 ? undefined : closed(text, start, end, calls);
  },
};

const nextParameter = /\s*(?:<parameter[= ]|<\/function>|<\/tool_call>|$)/y;

function readFunction(text: string, start: number): { call: RawCall; end: number } | undefined {
  const head = match(text, start, /<function(?:=|\s+name=)"?([\w.:-]+)"?\s*>/y);
  if (head?.[1] === undefined) {
    return undefined;
  }
  const name = head[1];
  let end = start + head[0].length;
  const inside = argumentsAt(text, end);
  if (inside !== undefined) {
    const after = skip(text, inside.end, /\s*<\/function>/y) ?? inside.end;
    return { call: { name, json: inside.json }, end: after };
  }
  const parameters: [string, string][] = [];
  for (;;) {
    const tag = match(text, end, /\s*<parameter(?:=|\s+name=)"?([\w.-]+)"?\s*>/y);
    const value = tag === undefined ? undefined : rawValue(text, end + tag[0].length, /<\/parameter>/, nextParameter);
    if (tag?.[1] === undefined || value === undefined) {
      break;
    }
    parameters.push([tag[1], value.value.includes("\n") ? value.value.replace(/^([^\n]*)\n$/, "$1") : value.value]);
    end = value.end;
  }
  return { call: { name, parameters }, end: skip(text, end, /\s*<\/function>/y) ?? end };
}

const nextArgument = /\s*(?:<arg_key>|<\/tool_call>|$)/y;

/** GLM: the name, then keys and values between tags of their own. */
export const glm: Format = {
  name: "glm",
  openers: /<tool_call>/g,
  read(text, start) {
    const head = match(text, start, /<tool_call>\s*([\w.-]+)\s*(?=<arg_key>|<\/tool_call>)/y);
    if (head?.[1] === undefined) {
      return undefined;
    }
    const parameters: [string, string][] = [];
    let end = start + head[0].length;
    for (;;) {
      const key = match(text, end, /\s*<arg_key>\s*([\w.-]+)\s*<\/arg_key>\s*<arg_value>/y);
      const value = key === undefined ? undefined : rawValue(text, end + key[0].length, /<\/arg_value>/, nextArgument);
      if (key?.[1] === undefined || value === undefined) {
        break;
      }
      parameters.push([key[1], value.value]);
      end = value.end;
    }
    return closed(text, start, end, [{ name: head[1], parameters }]);
  },
};

/** LM Studio's own format for models that were not trained to call tools. */
export const lmStudio: Format = {
  name: "lmstudio",
  openers: /\[TOOL_REQUEST\]/g,
  read(text, start) {
    const found = readJsonCalls(text, start + "[TOOL_REQUEST]".length);
    return found === undefined
      ? undefined
      : { start, end: skip(text, found.end, /\s*\[END_TOOL_REQUEST\]/y) ?? found.end, calls: found.calls };
  },
};

/** The outer tag may be missing at the end: the model stops after its call. */
function closed(text: string, start: number, end: number, calls: RawCall[]): Block {
  return { start, end: skip(text, end, close) ?? end, calls };
}
