import type { LedgerLine } from "../../../src/protocol/pages";

/** Neighbouring requests that only looked for models at one place, as one line; every other request is a line of its own. */
export interface LedgerRow {
  /** Newest first; never empty. */
  lines: readonly [LedgerLine, ...LedgerLine[]];
}

export function groupLines(lines: readonly LedgerLine[]): LedgerRow[] {
  const rows: { lines: [LedgerLine, ...LedgerLine[]] }[] = [];
  for (const line of lines) {
    const last = rows.at(-1);
    if (last && belongTogether(last.lines[0], line)) {
      last.lines.push(line);
    } else {
      rows.push({ lines: [line] });
    }
  }
  return rows;
}

function belongTogether(first: LedgerLine, line: LedgerLine): boolean {
  return (
    line.task === undefined &&
    line.grant === undefined &&
    line.refused === undefined &&
    first.refused === undefined &&
    first.purpose === line.purpose &&
    first.where === line.where &&
    line.where === "machine" &&
    line.forwardedTo === undefined &&
    first.forwardedTo === undefined &&
    first.address === line.address &&
    first.at - line.at < 60_000 &&
    line.purpose !== "chat"
  );
}
