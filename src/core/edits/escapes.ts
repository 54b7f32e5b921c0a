import * as z from "zod";
import type { Reading, UnclearReading } from "./readings";
import { withNewlines } from "./source";

const escapes: Record<string, string> = {
  n: "\n",
  t: "\t",
  r: "\r",
  '"': '"',
  "'": "'",
  "`": "`",
  "\\": "\\",
  "/": "/",
};
const escaped = /\\([ntr"'`\\/])/g;

function escapesIn(text: string): Set<string> {
  return new Set(Array.from(text.matchAll(escaped), (match) => match[1] as string));
}

/** One level less: as the JSON string that the text is the inside of, if it is one; else the usual escapes. */
function takeOffEscapes(text: string): string {
  try {
    return withNewlines(z.string().parse(JSON.parse(`"${text}"`)));
  } catch (error) {
    if (error instanceof SyntaxError) {
      return withNewlines(text.replace(escaped, (_all, name: string) => escapes[name] ?? ""));
    }
    throw error;
  }
}

/** The texts with one level of escapes less, if the old one has any. */
export function withoutEscapes(oldText: string, newText: string): Reading | UnclearReading | undefined {
  const inOld = escapesIn(oldText);
  if (inOld.size === 0) {
    return undefined;
  }
  const bareOld = takeOffEscapes(oldText);
  const bareNew = takeOffEscapes(newText);
  const inNew = escapesIn(newText);
  const isAlike = inNew.size === 0 || [...inNew].some((name) => inOld.has(name));
  const mixesBreaks = inNew.has("n") && newText.trim().includes("\n");
  if (!isAlike || mixesBreaks || (inNew.has("n") && !inOld.has("n") && breaksInsideQuotes(bareNew))) {
    return { oldText: bareOld, unclear: "new_text has backslashes that can be meant in two ways" };
  }
  return { oldText: bareOld, newText: bareNew, note: "The texts were escaped twice; one level was taken off." };
}

/** A line ends within a string: a sign that the break was meant as `\\n` in that string. */
function breaksInsideQuotes(text: string): boolean {
  return text.split("\n").some((line) => quoteAtEnd(line) !== "");
}

/** The quotation mark that is still open at the end of a line; empty when none is. */
function quoteAtEnd(line: string): string {
  let open = "";
  for (let at = 0; at < line.length; at++) {
    const character = line[at] as string;
    if (character === "\\") {
      at++;
    } else if (open === "" && /["'`]/.test(character)) {
      open = character;
    } else if (character === open) {
      open = "";
    }
  }
  return open;
}

const codeFile =
  /\.(?:[cm]?[jt]sx?|pyi?|java|kts?|go|rs|c|h|cc|hh|cpp|hpp|cs|swift|rb|scala|dart|vue|svelte|s?css|html?)$/i;
const escapedBreak = /(?<=[;{}()[\],:>\w])\\n(?= {2,}|\\t|\\n|[})\]\w@#])/g;

/** Code in one line whose line breaks are written as backslash and n, outside of any string. */
export function isEscapedCode(text: string, path: string): boolean {
  const isOneLine = codeFile.test(path) && !text.trim().includes("\n");
  return (
    isOneLine && Array.from(text.matchAll(escapedBreak)).some(({ index }) => quoteAtEnd(text.slice(0, index)) === "")
  );
}
