import * as z from "zod";
import { isBlank } from "./lines";
import { withNewlines } from "./source";

/** Old and new text as they may have been meant, line ends `\n`. */
export interface Reading {
  oldText: string;
  newText: string;
  /** What was taken off, for the model to read. */
  note: string;
  /** The line, from 1, that the text itself says it stands at. */
  line?: number;
  /** Only the old text was spoilt, so it must be exact without that. */
  mustBeExact?: boolean;
}

/** A reading whose old text is clear, while its new text could be meant in two ways. */
export interface UnclearReading {
  oldText: string;
  unclear: string;
}

/**
 * What else a pair of texts can stand for besides itself: texts copied with line numbers, wrapped in a code fence, or escaped once
 * too often. Most certain first.
 */
export function otherReadings(oldText: string, newText: string): (Reading | UnclearReading)[] {
  const readings: (Reading | UnclearReading)[] = [];
  const unfenced = withoutFences(oldText, newText);
  const bare = unfenced ?? { oldText, newText };
  if (unfenced) {
    readings.push(unfenced);
  }
  const unnumbered = withoutNumbers(bare.oldText, bare.newText);
  if (unnumbered) {
    readings.push(unnumbered);
  }
  const unescaped = withoutEscapes(bare.oldText, bare.newText);
  if (unescaped) {
    readings.push(unescaped);
  }
  return readings;
}

const fence = /^\s*(`{3,}|~{3,})[^\n`]*\n([\s\S]*?)\n?[ \t]*\1[ \t]*\n?\s*$/;

/** The text inside a code fence that is wrapped around all of it. */
export function insideFence(text: string): string | undefined {
  const inside = fence.exec(text)?.[2];
  return inside === undefined || /^\s*(`{3,}|~{3,})/m.test(inside) ? undefined : inside;
}

function withoutFences(oldText: string, newText: string): Reading | undefined {
  const inside = insideFence(oldText);
  if (inside === undefined) {
    return undefined;
  }
  return {
    oldText: inside,
    newText: insideFence(newText) ?? newText,
    note: "The code fence around old_text was taken off.",
  };
}

/** `12<tab>code`, `12→code`, `12 | code`, `12: code`, each as some tool prints it. */
const numbered = /^[ \t]*(\d{1,7})(?:\t|→|[ ]*[|│][ ]?|:[ ]?)/;

/** The lines without their numbers, when all that hold something have one and the numbers count up. */
export function withoutLineNumbers(text: string): string | undefined {
  const lines = text.split("\n");
  let expected: number | undefined;
  const bare: string[] = [];
  for (const line of lines) {
    const match = numbered.exec(line);
    if (!match) {
      if (!isBlank(line)) {
        return undefined;
      }
      bare.push(line);
      expected = expected === undefined ? undefined : expected + 1;
      continue;
    }
    const number = Number(match[1]);
    if (expected !== undefined && number !== expected) {
      return undefined;
    }
    expected = number + 1;
    bare.push(line.slice(match[0].length));
  }
  return expected === undefined ? undefined : bare.join("\n");
}

function withoutNumbers(oldText: string, newText: string): Reading | UnclearReading | undefined {
  const bareOld = withoutLineNumbers(oldText);
  if (bareOld === undefined) {
    return undefined;
  }
  const lines = newText.split("\n").filter((line) => !isBlank(line));
  const count = lines.filter((line) => numbered.test(line)).length;
  if (count > 0 && count < lines.length) {
    return { oldText: bareOld, unclear: "new_text has line numbers on some of its lines only" };
  }
  const bareNew =
    count === 0
      ? newText
      : newText
          .split("\n")
          .map((line) => line.replace(numbered, ""))
          .join("\n");
  const olds = oldText.split("\n");
  const stated = olds.findIndex((line) => numbered.test(line));
  const number = Number(numbered.exec(olds[stated] ?? "")?.[1]);
  return {
    oldText: bareOld,
    newText: bareNew,
    note: "Line numbers in old_text were taken off.",
    line: number - stated,
    mustBeExact: count === 0,
  };
}

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

function withoutEscapes(oldText: string, newText: string): Reading | UnclearReading | undefined {
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
