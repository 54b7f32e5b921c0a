import { indentOf, isBlank } from "./lines";

/** How a file indents: one tab, or so many spaces; undefined where its lines do not say. */
export type IndentUnit = "\t" | number | undefined;

/** What most steps to a deeper line use. */
export function indentUnitOf(lines: readonly string[]): IndentUnit {
  const counts = new Map<"\t" | number, number>();
  let previous = "";
  for (const line of lines) {
    if (isBlank(line)) {
      continue;
    }
    const indent = indentOf(line);
    if (indent.length > previous.length && indent.startsWith(previous)) {
      const step = indent.slice(previous.length);
      const unit = step === "\t" ? "\t" : /^ +$/.test(step) ? step.length : undefined;
      if (unit !== undefined && unit !== 1) {
        counts.set(unit, (counts.get(unit) ?? 0) + 1);
      }
    }
    previous = indent;
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const [unit, most] = [...counts].sort((left, right) => right[1] - left[1])[0] ?? [undefined, 0];
  return most * 5 >= total * 3 ? unit : undefined;
}

export type IndentKind = "none" | "spaces" | "tabs" | "mixed";

export function kindOf(indents: readonly string[]): IndentKind {
  const tabs = indents.some((indent) => indent.includes("\t"));
  const spaces = indents.some((indent) => indent.includes(" "));
  return tabs && spaces ? "mixed" : tabs ? "tabs" : spaces ? "spaces" : "none";
}

/** The greatest common divisor of the numbers above 0; 0 when there are none. */
export function commonDivisor(numbers: readonly number[]): number {
  return numbers.reduce((found, number) => {
    let [larger, smaller] = [found, number];
    while (smaller > 0) {
      [larger, smaller] = [smaller, larger % smaller];
    }
    return larger;
  }, 0);
}

/** Text in steps of two or more of the file's: as it is, or moved, it may stand too deep. */
export function hasWiderSteps(indents: readonly string[], unit: IndentUnit): boolean {
  const shortest = [...indents].sort((left, right) => left.length - right.length)[0] ?? "";
  const beyond = indents.map((indent) => indent.slice(shortest.length));
  const step = commonDivisor(beyond.map((indent) => indent.length));
  return typeof unit === "number" && kindOf(beyond) === "spaces" && step > unit && step % unit === 0;
}
