import type { Case } from "./edits-cases";
import type { Random } from "./edits-random";

/** The texts of a call, made from the exact ones as models spoil them. Undefined when the spoiling does not fit the case. */
export interface Perturbation {
  name: string;
  /** What the model meant can still be told from the texts. `false`: a copy with an error, which must never be applied. */
  isFaithful: boolean;
  spoil(olds: readonly string[], news: readonly string[], random: Random, edit: Case): Texts | undefined;
}

export interface Texts {
  oldText: string;
  newText: string;
}

function both(change: (lines: readonly string[]) => string[] | undefined): Perturbation["spoil"] {
  return (olds, news) => {
    const [left, right] = [change(olds), change(news)];
    return left && right && { oldText: left.join("\n"), newText: right.join("\n") };
  };
}

const isFull = (line: string) => line.trim() !== "";
const indentOf = (line: string) => /^[ \t]*/.exec(line)?.[0] ?? "";
const eachIndent = (change: (indent: string) => string) =>
  both((lines) => lines.map((line) => change(indentOf(line)) + line.slice(indentOf(line).length)));

function commonIndent(lines: readonly string[]): string {
  const [first = "", ...others] = lines.filter(isFull).map(indentOf);
  let length = first.length;
  for (const other of others) {
    while (!other.startsWith(first.slice(0, length))) {
      length--;
    }
  }
  return first.slice(0, length);
}

const dedent: Perturbation["spoil"] = (olds, news) => {
  const length = commonIndent([...olds, ...news]).length;
  const cut = (lines: readonly string[]) => lines.map((line) => (isFull(line) ? line.slice(length) : ""));
  const isKept = [...olds, ...news].every((line) => isFull(line) || line === "");
  return length === 0 || !isKept ? undefined : { oldText: cut(olds).join("\n"), newText: cut(news).join("\n") };
};

const oneStepLeft: Perturbation["spoil"] = (olds, news, _random, { unit }) => {
  const lines = [...olds, ...news].filter(isFull);
  const cut = (each: readonly string[]) => each.map((line) => (isFull(line) ? line.slice(unit.length) : line));
  return unit !== "" && lines.every((line) => line.startsWith(unit))
    ? { oldText: cut(olds).join("\n"), newText: cut(news).join("\n") }
    : undefined;
};

const oneStepRight: Perturbation["spoil"] = (olds, news, random) => {
  const step = random.pick(["\t", "  ", "    "]);
  const add = (lines: readonly string[]) => lines.map((line) => (isFull(line) ? step + line : line)).join("\n");
  return { oldText: add(olds), newText: add(news) };
};

const trim: Perturbation["spoil"] = (olds, news) => {
  const same = indentOf(olds[0] ?? "") === indentOf(news[0] ?? "") && isFull(olds[0] ?? "") && isFull(news[0] ?? "");
  const ends = [olds, news].every((lines) => /\S$/.test(lines.at(-1) ?? ""));
  return same && ends ? { oldText: olds.join("\n").trim(), newText: news.join("\n").trim() } : undefined;
};

const tabsToSpaces: Perturbation["spoil"] = (olds, news, random, edit) =>
  [...olds, ...news].some((line) => /\t/.test(indentOf(line)) && / /.test(indentOf(line)))
    ? undefined
    : eachIndent((indent) => indent.replaceAll("\t", "    "))(olds, news, random, edit);

const steps =
  (to: string): Perturbation["spoil"] =>
  (olds, news, random, edit) => {
    const { unit } = edit;
    const shows = unit !== "" && edit.lines.some((line) => line.startsWith(unit));
    const fits =
      shows && [...olds, ...news].every((line) => indentOf(line) === unit.repeat(indentOf(line).length / unit.length));
    return fits && unit !== to
      ? eachIndent((indent) => to.repeat(indent.length / unit.length))(olds, news, random, edit)
      : undefined;
  };

/** Two ways of spoiling, one after the other. */
const after =
  (first: Perturbation["spoil"], second: Perturbation["spoil"]): Perturbation["spoil"] =>
  (olds, news, random, edit) => {
    const texts = first(olds, news, random, edit);
    return texts && second(texts.oldText.split("\n"), texts.newText.split("\n"), random, edit);
  };

const spaced = (line: string, random: Random) =>
  indentOf(line) +
  line.slice(indentOf(line).length).replace(/ (?=[=+])|(?<=[=+]) |(?<=,) /g, () => random.pick(["", "  ", " "]));

const innerBlanks: Perturbation["spoil"] = (olds, news, random) => {
  const spoilt = new Map(olds.map((line) => [line, spaced(line, random)]));
  return {
    oldText: olds.map((line) => spoilt.get(line) ?? line).join("\n"),
    newText: news.map((line) => spoilt.get(line) ?? line).join("\n"),
  };
};

const trailing: Perturbation["spoil"] = (olds, news) => {
  const isKept = olds.every((line) => line === line.trimEnd() || news.includes(line));
  const cut = (lines: readonly string[]) => lines.map((line) => line.trimEnd()).join("\n");
  return isKept ? { oldText: cut(olds), newText: cut(news) } : undefined;
};

const addedTrailing: Perturbation["spoil"] = (olds, news, random) => ({
  oldText: olds.map((line) => (isFull(line) ? line + random.pick(["", " ", "\t"]) : line)).join("\n"),
  newText: news.join("\n"),
});

const numbers: Perturbation["spoil"] = (olds, news, random, { start }) => {
  const mark = random.pick(["\t", "| ", ": ", "→"]);
  const add = (lines: readonly string[]) => lines.map((line, index) => `${start + index + 1}${mark}${line}`).join("\n");
  return { oldText: add(olds), newText: add(news) };
};

const fences: Perturbation["spoil"] = (olds, news) => ({
  oldText: `\`\`\`ts\n${olds.join("\n")}\n\`\`\``,
  newText: `\`\`\`ts\n${news.join("\n")}\n\`\`\``,
});

const escaped: Perturbation["spoil"] = both((lines) => [JSON.stringify(lines.join("\n")).slice(1, -1)]);

const blankEdges: Perturbation["spoil"] = (olds, news) => ({
  oldText: `\n${olds.join("\n")}\n`,
  newText: `\n${news.join("\n")}\n`,
});

const carriageReturns: Perturbation["spoil"] = (olds, news) => ({
  oldText: olds.join("\r\n"),
  newText: news.join("\r\n"),
});

const flattened: Perturbation["spoil"] = (olds, news) => {
  const flat = (lines: readonly string[]) => lines.map((line) => line.trimStart()).join("\n");
  const keepsDepth =
    news.length === olds.length && news.every((line, index) => indentOf(line) === indentOf(olds[index] ?? ""));
  return keepsDepth ? { oldText: flat(olds), newText: flat(news) } : undefined;
};

/** Copies with an error in the old text: there is no such place. */
const typo: Perturbation["spoil"] = (olds, news, random) => {
  const at = random.between(0, olds.length - 1);
  const line = olds[at] ?? "";
  const place = random.between(0, line.length);
  const spoilt = line.slice(0, place) + random.pick(["x", "_", "Q", "7"]) + line.slice(place + 1);
  return { oldText: olds.with(at, spoilt).join("\n"), newText: news.join("\n") };
};

const inventedLine: Perturbation["spoil"] = (olds, news, random) => ({
  oldText: olds
    .toSpliced(random.between(0, olds.length), 0, `${indentOf(olds[0] ?? "")}// checks the value`)
    .join("\n"),
  newText: news.join("\n"),
});

const forgottenLine: Perturbation["spoil"] = (olds, news, random) =>
  olds.length < 3
    ? undefined
    : { oldText: olds.toSpliced(random.between(1, olds.length - 2), 1).join("\n"), newText: news.join("\n") };

const leftOut: Perturbation["spoil"] = (olds, news) =>
  olds.length < 4 ? undefined : { oldText: [olds[0], "  // ...", olds.at(-1)].join("\n"), newText: news.join("\n") };

export const perturbations: readonly Perturbation[] = [
  { name: "exact", isFaithful: true, spoil: both((lines) => [...lines]) },
  { name: "indentation left out", isFaithful: true, spoil: dedent },
  { name: "one step too far left", isFaithful: true, spoil: oneStepLeft },
  { name: "some step too far right", isFaithful: true, spoil: oneStepRight },
  { name: "trimmed", isFaithful: true, spoil: trim },
  { name: "tabs as 4 spaces", isFaithful: true, spoil: tabsToSpaces },
  { name: "steps of 2 spaces", isFaithful: true, spoil: steps("  ") },
  { name: "steps of 4 spaces", isFaithful: true, spoil: steps("    ") },
  { name: "steps of a tab", isFaithful: true, spoil: steps("\t") },
  { name: "steps of 2, left out", isFaithful: true, spoil: after(steps("  "), dedent) },
  { name: "steps of 4, left out", isFaithful: true, spoil: after(steps("    "), dedent) },
  { name: "steps of a tab, left out", isFaithful: true, spoil: after(steps("\t"), dedent) },
  { name: "steps of 4, too far right", isFaithful: true, spoil: after(steps("    "), oneStepRight) },
  { name: "flattened", isFaithful: true, spoil: flattened },
  { name: "blanks within lines", isFaithful: true, spoil: innerBlanks },
  { name: "trailing blanks lost", isFaithful: true, spoil: trailing },
  { name: "trailing blanks added", isFaithful: true, spoil: addedTrailing },
  { name: "line numbers", isFaithful: true, spoil: numbers },
  { name: "code fence", isFaithful: true, spoil: fences },
  { name: "escaped twice", isFaithful: true, spoil: escaped },
  { name: "blank lines around", isFaithful: true, spoil: blankEdges },
  { name: "CRLF", isFaithful: true, spoil: carriageReturns },
  { name: "line numbers, left out", isFaithful: true, spoil: after(dedent, numbers) },
  { name: "fence, trimmed", isFaithful: true, spoil: after(trim, fences) },
  { name: "a wrong character", isFaithful: false, spoil: typo },
  { name: "an invented line", isFaithful: false, spoil: inventedLine },
  { name: "a forgotten line", isFaithful: false, spoil: forgottenLine },
  { name: "lines left out with dots", isFaithful: false, spoil: leftOut },
];
