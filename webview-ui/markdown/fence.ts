import type { Tokens } from "marked";

const opening = /(`{3,}|~{3,})([^\n]*)(?:\n|$)/y;

/**
 * The fenced code block that starts exactly at `from` without indent. It is read by hand because code is the one
 * block that is often very long, and needs no parser.
 */
export function readFence(text: string, from: number): { token: Tokens.Code; isClosed: boolean } | undefined {
  opening.lastIndex = from;
  const [head, fence = "", language = ""] = opening.exec(text) ?? [];
  if (head === undefined || (fence.startsWith("`") && language.includes("`"))) {
    return undefined;
  }
  const closing = new RegExp(`^ {0,3}\\${fence[0]}{${fence.length},}[ \\t]*(?:\\n|$)`, "gm");
  closing.lastIndex = from + head.length;
  const end = closing.exec(text);
  const codeFrom = from + head.length;
  const code = end ? text.slice(codeFrom, end.index).replace(/\n$/, "") : text.slice(codeFrom);
  const raw = end ? text.slice(from, end.index + end[0].length) : text.slice(from);
  return {
    token: { type: "code", raw, lang: language.trim(), text: code },
    isClosed: end?.[0].endsWith("\n") ?? false,
  };
}
