import { withoutEscapes } from "./escapes";
import { isBlank } from "./lines";

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

const fenceLine = /^[ \t]*(`{3,}|~{3,})[^`]*$/;

/** The text inside a code fence that is wrapped around all of it. */
export function insideFence(text: string): string | undefined {
  const lines = text.trim().split("\n");
  const [first = "", last = ""] = [lines[0], lines.at(-1)];
  const mark = fenceLine.exec(first)?.[1];
  const inner = lines.slice(1, -1);
  const isWrapped = mark !== undefined && lines.length > 2 && last.trim() === mark;
  return isWrapped && !inner.some((line) => fenceLine.test(line)) ? inner.join("\n") : undefined;
}

const prose = /\.(md|mdx|markdown|rst|txt|adoc|tex|csv|tsv|ipynb)$/i;

/** Whether a code fence in this file may be a part of it. */
export function isProse(path: string): boolean {
  return prose.test(path);
}

/** Whether the new text is wrapped in a code fence that a file of code, which has none, is hardly meant to hold. */
export function isFencedCode(newText: string, file: { path: string; text: string }): boolean {
  const hasFence = file.text.split("\n").some((line) => fenceLine.test(line));
  return file.path !== "" && !isProse(file.path) && !hasFence && insideFence(newText) !== undefined;
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
