/** The same text over and over at the end of a stream. */
export interface Repetition {
  /** What is repeated, once. */
  block: string;
}

interface Rule {
  /** Characters at the end that consist of nothing else. */
  length: number;
  /** How often the block stands in them at least. */
  repeats: number;
}

/** Nobody writes so much of nothing. */
const blank: readonly Rule[] = [{ length: 2_000, repeats: 8 }];
/** A sentence, or a few, again and again. */
const prose: readonly Rule[] = [
  { length: 4_000, repeats: 8 },
  { length: 8_000, repeats: 4 },
];
/** Rows of a table, lines of signs: a few hundred of them are meant. */
const anything: readonly Rule[] = [{ length: 16_000, repeats: 8 }];
/** Code and files hold long stretches of zeros, and are written once. */
const code: readonly Rule[] = [{ length: 24_000, repeats: 8 }];

const longest = 24_000;
/** Characters between two looks. */
const stride = 1_000;
const fence = /^\s*(?:```|~~~)/;

/**
 * Looks for a model that has lost its way and writes the same text without end. Only what is repeated exactly, and at a
 * length that no table, list or file has, counts.
 */
export class RepetitionWatch {
  private tail = "";
  private line = "";
  private isInFence = false;
  private unseen = 0;
  private seen: Repetition | undefined;

  /** `isCode`: everything is, as in the arguments of a call. */
  constructor(private readonly isCode = false) {}

  push(text: string): void {
    this.tail += text;
    this.unseen += text.length;
    this.followFences(text);
    if (this.unseen >= stride) {
      this.look();
    }
  }

  /** Undefined while nothing was found at a look; `push` looks now and then. */
  get found(): Repetition | undefined {
    return this.seen;
  }

  look(): void {
    this.unseen = 0;
    this.tail = this.tail.slice(-longest);
    this.seen ??= this.search();
  }

  private search(): Repetition | undefined {
    const inCode = this.isCode || this.isInFence;
    return (
      find(this.tail, blank, (block) => block.trim() === "") ??
      (this.isCode ? undefined : find(this.tail, prose, (block) => isProse(block) && (!inCode || hasFence(block)))) ??
      (inCode ? find(this.tail, code, () => true) : find(this.tail, anything, () => true))
    );
  }

  private followFences(text: string): void {
    const lines = (this.line + text).split("\n");
    this.line = (lines.pop() ?? "").slice(0, 200);
    for (const line of lines) {
      this.isInFence = fence.test(line) ? !this.isInFence : this.isInFence;
    }
  }
}

/** What is left of a text when its end is said twice and not more often. A text that ends otherwise stays as it is. */
export function withoutRepeats(text: string, { block }: Repetition): string {
  const period = block.length;
  let start = text.length;
  while (start > period && text[start - 1] === text[start - 1 - period]) {
    start -= 1;
  }
  const repeated = text.length - start + period;
  return repeated < 2 * stride ? text : `${text.slice(0, start + period)}\n[the same again and again]`;
}

function find(tail: string, rules: readonly Rule[], fits: (block: string) => boolean): Repetition | undefined {
  for (const { length, repeats } of rules) {
    const period = tail.length < length ? undefined : periodOf(tail, length);
    const block = period === undefined || period > length / repeats ? "" : tail.slice(-period);
    if (block !== "" && fits(block)) {
      return { block };
    }
  }
  return undefined;
}

const border = new Int32Array(longest);

/** Characters after which the end of a text, of this length, repeats itself; the whole length when it does not. */
function periodOf(text: string, length: number): number {
  const end = text.length - 1;
  let matched = 0;
  border[0] = 0;
  for (let at = 1; at < length; at++) {
    const sign = text.charCodeAt(end - at);
    while (matched > 0 && sign !== text.charCodeAt(end - matched)) {
      matched = border[matched - 1] ?? 0;
    }
    matched += sign === text.charCodeAt(end - matched) ? 1 : 0;
    border[at] = matched;
  }
  return length - matched;
}

/** Words, not the signs and short columns of which tables and lines are made. */
function isProse(block: string): boolean {
  const isRow = /^\s*\|/m.test(block);
  return !isRow && new Set(block.match(/\p{L}{2,}/gu) ?? []).size >= 3;
}

function hasFence(block: string): boolean {
  return block.split("\n").some((line) => fence.test(line));
}
