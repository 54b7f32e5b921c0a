import { commonDivisor, hasWiderSteps, type IndentUnit, kindOf } from "./indent-style";

/** An indentation as the model wrote it, and as the file has it. */
export interface IndentPair {
  model: string;
  file: string;
}

/** Where an indentation of the model's belongs in the file; undefined when the file does not decide it. */
export type IndentMapping = (indent: string) => string | undefined;

/**
 * The one mapping that explains every pair and gives every other wanted indentation a place. Undefined when there is none, or when
 * two explanations would put a line at different columns: that would be guessing.
 */
export function mappingThat(
  pairs: readonly IndentPair[],
  wanted: readonly string[],
  unit: IndentUnit,
): IndentMapping | undefined {
  const explanations = [shifted(pairs, wanted, unit), scaled(pairs, wanted, unit)].filter(
    (mapping): mapping is IndentMapping =>
      mapping !== undefined && pairs.every(({ model, file }) => mapping(model) === file),
  );
  const complete = explanations.filter((mapping) => wanted.every((indent) => mapping(indent) !== undefined));
  const [first, ...others] = complete;
  const agree = others.every((other) => wanted.every((indent) => other(indent) === first?.(indent)));
  return agree ? first : undefined;
}

/** The model wrote everything the same distance too far left or right. */
function shifted(pairs: readonly IndentPair[], wanted: readonly string[], unit: IndentUnit): IndentMapping | undefined {
  const [first] = pairs;
  if (!first || (first.file !== first.model && hasWiderSteps([...pairs.map(({ model }) => model), ...wanted], unit))) {
    return undefined;
  }
  const style = fileStyle(pairs, unit);
  const inStyle = (indent: string | undefined): string | undefined =>
    indent === undefined || style === "mixed" || style === "none" || ["none", style].includes(kindOf([indent]))
      ? indent
      : undefined;
  if (first.file.endsWith(first.model)) {
    const missing = first.file.slice(0, first.file.length - first.model.length);
    return (indent) => inStyle(missing === "" ? indent : onGrid(first, missing + indent, unit));
  }
  if (first.model.endsWith(first.file)) {
    const extra = first.model.slice(0, first.model.length - first.file.length);
    return (indent) => inStyle(indent.startsWith(extra) ? onGrid(first, indent.slice(extra.length), unit) : undefined);
  }
  return undefined;
}

/** Text in steps of another width cannot simply be moved. */
function onGrid({ file }: IndentPair, indent: string, unit: IndentUnit): string | undefined {
  const isMeasured = typeof unit === "number" && !indent.includes("\t") && file.length % unit === 0;
  return isMeasured && indent.length % unit > 0 ? undefined : indent;
}

/** The model used steps of another width, or spaces for tabs, or tabs for spaces. */
function scaled(pairs: readonly IndentPair[], wanted: readonly string[], unit: IndentUnit): IndentMapping | undefined {
  const models = [...pairs.map((pair) => pair.model), ...wanted];
  const from = kindOf(models);
  const to = fileStyle(pairs, unit);
  if (from === "mixed" || from === "none" || to === "mixed" || to === "none") {
    return undefined;
  }
  const points = pairs.map(({ model, file }) => ({ at: model.length, to: file.length }));
  const line = slopeOf(points) ?? slopeOfOne(points, models, { from, to, unit });
  if (!line || !isPlausible(line.slope, { from, to, unit })) {
    return undefined;
  }
  const step = to === "tabs" ? "\t" : " ";
  return (indent) => {
    const width = line.to + (indent.length - line.at) * line.slope;
    const rounded = Math.round(width);
    const isWhole = rounded >= 0 && Math.abs(width - rounded) < 1e-9;
    const isStep = typeof unit !== "number" || to === "tabs" || (rounded - line.to) % unit === 0;
    return isWhole && isStep ? step.repeat(rounded) : undefined;
  };
}

interface Point {
  at: number;
  to: number;
}

interface Styles {
  from: "tabs" | "spaces";
  to: "tabs" | "spaces";
  unit: IndentUnit;
}

/** Two different indentations show the scale. */
function slopeOf(points: readonly Point[]): (Point & { slope: number }) | undefined {
  const [first] = points;
  const second = points.find((point) => point.at !== first?.at);
  return first && second ? { ...first, slope: (second.to - first.to) / (second.at - first.at) } : undefined;
}

/** With a single indentation the scale follows from the file's own steps, or from the width of the model's. */
function slopeOfOne(
  points: readonly Point[],
  models: readonly string[],
  { from, to, unit }: Styles,
): (Point & { slope: number }) | undefined {
  const [point] = points;
  if (!point) {
    return undefined;
  }
  if (from === "tabs") {
    const fits = typeof unit === "number" && (point.at === 0 || point.to === point.at * unit);
    return to === "spaces" && fits ? { ...point, slope: unit } : undefined;
  }
  const step = commonDivisor(models.map((indent) => indent.length));
  if (point.at === 0) {
    return unit === "\t" && to === "tabs" && step >= 2 && step <= 4 ? { ...point, slope: 1 / step } : undefined;
  }
  if (to === "tabs") {
    return point.at === point.to * step ? { ...point, slope: 1 / step } : undefined;
  }
  return point.to > 0 ? { ...point, slope: point.to / point.at } : undefined;
}

const stepWidths = [1, 2, 3, 4, 8];

function isPlausible(slope: number, { from, to, unit }: Styles): boolean {
  if (slope <= 0) {
    return false;
  }
  if (from === "tabs") {
    return to === "tabs" ? slope === 1 : stepWidths.includes(slope) && slope > 1;
  }
  if (to === "tabs") {
    return stepWidths.includes(Math.round(1 / slope)) && Number.isInteger(Math.round(1e9 / slope) / 1e9);
  }
  return typeof unit === "number"
    ? stepWidths.includes(unit / slope) && unit !== slope
    : slope === 0.5 || slope === 1 || slope === 2;
}

function fileStyle(pairs: readonly IndentPair[], unit: IndentUnit): ReturnType<typeof kindOf> {
  const kind = kindOf(pairs.map((pair) => pair.file));
  if (kind !== "none" || unit === undefined) {
    return kind;
  }
  return unit === "\t" ? "tabs" : "spaces";
}
