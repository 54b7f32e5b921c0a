import { editSide } from "../src/core/review/edit";
import { openReview, pendingChange } from "../src/core/review/file-review";
import { acceptHunks } from "../src/core/review/verdict";

export interface ReviewFigures {
  hunks: number;
  /** Characters of each of the two texts. */
  characters: number;
  /** What the review holds beyond the two texts themselves, in KiB. */
  heapKiB: number;
  /** The same after every second hunk was decided, one by one. */
  heapAfterVerdictsKiB: number;
  openMs: number;
  renderMs: number;
  /** One verdict, the median of 250. */
  verdictMs: number;
  /** One typed character, the median of 100. */
  typeMs: number;
  storedKiB: number;
}

/** A review with many hunks: memory and time. Memory is exact only with `--expose-gc`. */
export function measureReview(hunks: number, lines: number): ReviewFigures {
  const { base, target } = sampleTexts(hunks, lines);
  const before = heap();
  const [openMs, opened] = timed(() => openReview({ path: "src/large.ts", base, target, moment: "after" }));
  const heapKiB = heap() - before;
  const [renderMs] = timed(() => pendingChange(opened));
  let review = opened;
  const verdicts: number[] = [];
  for (const { id } of opened.hunks.filter((_, at) => at % 2 === 0)) {
    const [ms, next] = timed(() => acceptHunks(review, [id]));
    verdicts.push(ms);
    review = next;
  }
  const heapAfterVerdictsKiB = heap() - before;
  const typed: number[] = [];
  for (let at = 0; at < 100; at++) {
    const [ms, next] = timed(() => editSide(review, "target", { start: at * 997, removed: "", inserted: "x" }));
    typed.push(ms);
    review = next;
  }
  const storedKiB = JSON.stringify(opened).length / 1_024;
  const figures = {
    heapKiB,
    heapAfterVerdictsKiB,
    openMs,
    renderMs,
    verdictMs: median(verdicts),
    typeMs: median(typed),
    storedKiB,
  };
  return { hunks: opened.hunks.length, characters: target.length, ...rounded(figures) };
}

function sampleTexts(hunks: number, lines: number): { base: string; target: string } {
  const source = Array.from({ length: lines }, (_, at) => `const value${at} = compute(${at * 7}, "some text");`);
  const base = inOnePiece(source.join("\n"));
  const every = Math.floor(lines / hunks);
  const isChanged = (at: number) => at % every === 3 && at < every * hunks;
  const target = inOnePiece(
    source.map((line, at) => (isChanged(at) ? line.replace("compute", "measure") : line)).join("\n"),
  );
  return { base, target };
}

/** Joined texts are put together only when they are first read: that would be counted as the review's. */
function inOnePiece(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}

function rounded<Figures extends Record<string, number>>(figures: Figures): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([name, figure]) => [name, Math.round(figure * 100) / 100]),
  ) as Figures;
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1_024;
}

function timed<Result>(work: () => Result): [number, Result] {
  const start = performance.now();
  const result = work();
  return [performance.now() - start, result];
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? 0;
}
