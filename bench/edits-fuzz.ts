import type { EditFailureKind } from "../src/core/edits/failure";
import { placeEdits } from "../src/core/edits/place";
import { type Case, editedLines, randomCase } from "./edits-cases";
import { type Perturbation, perturbations, type Texts } from "./edits-perturb";
import { Random } from "./edits-random";

export interface FuzzCount {
  runs: number;
  /** The exact edit's result, byte for byte. */
  right: number;
  /** The texts as sent stand in the file exactly once, and were replaced exactly: the spoilt call was itself an exact edit. */
  asSent: number;
  wrong: number;
  failed: number;
  /** Failures that name the line the edit was for, or all places it could be for, or say that it is done. */
  failedHelpfully: number;
}

export interface FuzzReport {
  seed: number;
  total: FuzzCount;
  byPerturbation: Record<string, FuzzCount>;
  kinds: Partial<Record<EditFailureKind, number>>;
  /** The first wrong applications, to look at. */
  wrong: { perturbation: string; base: string; call: Texts; got: string; wanted: string }[];
}

/** Applies perturbed edits to random files and compares every application with the exact edit's result. */
export function fuzzEdits(runs: number, seed: number): FuzzReport {
  const random = new Random(seed);
  const report: FuzzReport = { seed, total: noCount(), byPerturbation: {}, kinds: {}, wrong: [] };
  while (report.total.runs < runs) {
    const edit = randomCase(random);
    if (random.chance(0.1)) {
      runPart(edit, random, report);
      continue;
    }
    const perturbation = random.pick(perturbations);
    const texts = perturbation.spoil(edit.lines.slice(edit.start, edit.end), edit.news, random, edit);
    if (texts && texts.oldText.trim() !== "") {
      runOne(edit, perturbation, texts, random, report);
    }
  }
  return report;
}

function runOne(edit: Case, perturbation: Perturbation, texts: Texts, random: Random, report: FuzzReport): void {
  const files = filesOf(edit, random);
  const { base, wanted } = files;
  report.byPerturbation[perturbation.name] ??= noCount();
  const counts = [report.total, report.byPerturbation[perturbation.name] as FuzzCount];
  const count = (name: keyof FuzzCount) => {
    for (const each of counts) {
      each[name]++;
    }
  };
  count("runs");
  const placed = placeEdits(base, [texts], { path: "src/file.ts" });
  if (!placed.ok) {
    count("failed");
    report.kinds[placed.kind] = (report.kinds[placed.kind] ?? 0) + 1;
    if (isHelpful(placed.kind, placed.failure, edit)) {
      count("failedHelpfully");
    }
  } else if (isRight(placed.text, files)) {
    count("right");
  } else if (isExactAsSent(base, edit, perturbation, texts, placed.text, wanted)) {
    count("asSent");
  } else {
    count("wrong");
    if (report.wrong.length < 20) {
      report.wrong.push({ perturbation: perturbation.name, base, call: texts, got: placed.text, wanted });
    }
  }
}

/** An exact edit of any part of a text but whole lines; it begins and ends anywhere. Done as sent, or not at all. */
function runPart(edit: Case, random: Random, report: FuzzReport): void {
  const base = edit.lines.join("\n");
  const start = random.between(0, base.length);
  const oldText = base.slice(start, start + random.between(1, random.pick([6, 30, 120])));
  const other = randomCase(random).lines.join("\n");
  const newText = random.pick(["", other.slice(0, 40), oldText + other.slice(0, 20), other.slice(0, 20) + oldText]);
  const isWholeLine = edit.lines.some((line) => line.trim() === oldText.trim());
  if (oldText.trim() === "" || isWholeLine || base.indexOf(oldText) !== base.lastIndexOf(oldText)) {
    return;
  }
  const wanted = base.slice(0, start) + newText + base.slice(start + oldText.length);
  const placed = placeEdits(base, [{ oldText, newText }], { path: "src/file.ts" });
  const name = "a part of the text, exact";
  report.byPerturbation[name] ??= noCount();
  for (const count of [report.total, report.byPerturbation[name]]) {
    count.runs++;
    count.failed += placed.ok ? 0 : 1;
    count.failedHelpfully +=
      !placed.ok && isHelpful(placed.kind, placed.failure, linesOf(base, start, oldText)) ? 1 : 0;
    count.right += placed.ok && placed.text === wanted ? 1 : 0;
    count.wrong += placed.ok && placed.text !== wanted ? 1 : 0;
  }
  if (!placed.ok) {
    report.kinds[placed.kind] = (report.kinds[placed.kind] ?? 0) + 1;
  } else if (placed.text !== wanted && report.wrong.length < 20) {
    report.wrong.push({
      perturbation: "a part of the text",
      base,
      call: { oldText, newText },
      got: placed.text,
      wanted,
    });
  }
}

function linesOf(base: string, start: number, text: string): Pick<Case, "start" | "end"> {
  const first = base.slice(0, start).split("\n").length - 1;
  return { start: first, end: first + text.split("\n").length };
}

interface Files {
  base: string;
  wanted: string;
  isMixed: boolean;
  /** What stands before and behind the edited lines. */
  around: [string, string];
}

/** The file before and after the exact edit. Where its line ends are mixed, those of new lines are left open. */
function filesOf(edit: Case, random: Random): Files {
  const ends = edit.lines.length < 2 ? ["\n"] : random.pick([["\n"], ["\n"], ["\n"], ["\r\n"], ["\n", "\r\n"]]);
  const mark = random.chance(0.05) ? "\uFEFF" : "";
  const last = random.chance(0.25) ? "" : random.pick(ends);
  const raw = edit.lines.map((line, at) => line + (at === edit.lines.length - 1 ? last : random.pick(ends)));
  const before = mark + raw.slice(0, edit.start).join("");
  const after = raw.slice(edit.end).join("");
  const edited = editedLines(edit).slice(edit.start, editedLines(edit).length - (edit.lines.length - edit.end));
  const lastEnd = /\r?\n$/.exec(raw[edit.end - 1] ?? "")?.[0] ?? "";
  const wanted = before + edited.join(ends[0]) + lastEnd + after;
  return { base: mark + raw.join(""), wanted, isMixed: ends.length > 1, around: [before, lastEnd + after] };
}

/** The wanted text; in a file of mixed line ends those of new lines may be either, all others are as they were. */
function isRight(got: string, { wanted, isMixed, around: [before, after] }: Files): boolean {
  const plain = (text: string) => text.replaceAll("\r\n", "\n");
  return got === wanted || (isMixed && plain(got) === plain(wanted) && got.startsWith(before) && got.endsWith(after));
}

/**
 * A spoilt call can still be a plain exact edit: when only its new text was spoilt, or when the old text happens to be one of another place.
 * Such a call is done as it was sent. A text without its trailing blanks leaves them in the file.
 */
function isExactAsSent(
  base: string,
  edit: Case,
  { isFaithful }: Perturbation,
  { oldText, newText }: Texts,
  got: string,
  wanted: string,
): boolean {
  const plain = (text: string) => text.replaceAll("\r\n", "\n").replace(/^\uFEFF/, "");
  const [file, old] = [plain(base), plain(oldText)];
  if (!isFaithful && isOnlyRunOfLines(file, old, plain(newText), plain(got))) {
    return true;
  }
  const first = file.indexOf(old);
  const isOnce = first >= 0 && file.indexOf(old, first + 1) < 0;
  const replaced = file.slice(0, first) + plain(newText) + file.slice(first + old.length);
  if (!isOnce || replaced !== plain(got)) {
    return false;
  }
  const isElsewhere = file.slice(0, first).split("\n").length !== edit.start + 1;
  const isUntouched = old === edit.lines.slice(edit.start, edit.end).join("\n");
  return !isFaithful || isUntouched || isElsewhere || withoutTrailing(plain(got)) === withoutTrailing(plain(wanted));
}

/** Apart from white space, and from blank lines around it, the old text is these whole lines and no others, and they became the new text. */
function isOnlyRunOfLines(file: string, old: string, news: string, got: string): boolean {
  const bare = (text: string) => text.replace(/[ \t]/g, "");
  const lines = file.split("\n");
  const plain = (text: string) => bare(text).replace(/\n+/g, "\n").trim();
  return [old, old.trimStart(), old.trimEnd(), old.trim()].some((each) => {
    const olds = each.split("\n").map(bare);
    const runs = lines.flatMap((_, at) =>
      olds.every((line, index) => bare(lines[at + index] ?? "\0") === line) ? [at] : [],
    );
    const wanted = lines.toSpliced(runs[0] ?? 0, olds.length, news.trim()).join("\n");
    return runs.length === 1 && plain(wanted) === plain(got);
  });
}

function withoutTrailing(text: string): string {
  return text.replace(/[ \t]+(?=\r?\n|$)/g, "");
}

const selfExplaining = new Set<EditFailureKind>([
  "ambiguous",
  "already_applied",
  "lazy",
  "no_change",
  "escaped",
  "fenced",
  "line_break",
]);

function isHelpful(kind: EditFailureKind, failure: string, { start, end }: Pick<Case, "start" | "end">): boolean {
  if (selfExplaining.has(kind)) {
    return true;
  }
  const named = Array.from(failure.matchAll(/lines? (\d+)(?:-(\d+))?|^(\d+)\t/gm), (match) => ({
    from: Number(match[1] ?? match[3]) - 1,
    to: Number(match[2] ?? match[1] ?? match[3]) - 1,
  }));
  return named.some(({ from, to }) => from < end && to >= start);
}

function noCount(): FuzzCount {
  return { runs: 0, right: 0, asSent: 0, wrong: 0, failed: 0, failedHelpfully: 0 };
}
