import { blocksBetween } from "../../core/edits/hunks";
import { splitLines } from "../../core/edits/lines";
import { lineEndsOf, withLineEnds } from "../files/line-ends";

/**
 * What a text becomes when the user leaves it as it is in an editor's document, or changes it there. A document has one kind of
 * line end; lines that were not changed keep their own.
 */
export function fromDocument(documentText: string, before: string): string {
  const ends = lineEndsOf(before);
  if (ends !== "mixed") {
    return ends === "none" ? documentText : withLineEnds(documentText, ends);
  }
  const plainBefore = withLineEnds(before, "\n");
  const plainNow = withLineEnds(documentText, "\n");
  if (plainBefore === plainNow) {
    return before;
  }
  const own = splitLines(before);
  const now = splitLines(documentText);
  const parts: string[] = [];
  let at = 0;
  for (const block of blocksBetween(plainBefore, plainNow)) {
    parts.push(...own.slice(at, block.oldStart), ...now.slice(block.newStart, block.newEnd));
    at = block.oldEnd;
  }
  return [...parts, ...own.slice(at)].join("");
}
