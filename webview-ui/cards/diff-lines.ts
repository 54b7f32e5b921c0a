import type { Hunk } from "../../src/core/events";

export interface DiffLine {
  kind: "same" | "removed" | "added" | "remark";
  /** 1-based numbers; undefined on the side where the line does not exist. */
  oldLine: number | undefined;
  newLine: number | undefined;
  text: string;
}

/** Numbers the lines of a hunk. A carriage return at the end of every line is the file's way and not shown. */
export function numberLines(hunk: Hunk): DiffLine[] {
  let oldLine = hunk.oldStart;
  let newLine = hunk.newStart;
  const written = hunk.lines.filter((line) => !line.startsWith("\\"));
  const isCrlf = written.length > 0 && written.every((line) => line.endsWith("\r"));
  return hunk.lines.map((line) => {
    const text = isCrlf && line.endsWith("\r") ? line.slice(1, -1) : line.slice(1);
    switch (line[0]) {
      case "-":
        return { kind: "removed", oldLine: oldLine++, newLine: undefined, text };
      case "+":
        return { kind: "added", oldLine: undefined, newLine: newLine++, text };
      case "\\":
        return { kind: "remark", oldLine: undefined, newLine: undefined, text: text.trim() };
      default:
        return { kind: "same", oldLine: oldLine++, newLine: newLine++, text };
    }
  });
}
