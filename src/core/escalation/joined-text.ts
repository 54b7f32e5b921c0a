/** A place in one of several texts. */
export interface Place {
  /** Which text, from 0. */
  text: number;
  offset: number;
}

interface Run {
  at: number;
  text: number;
  offset: number;
}

const newLine = String.raw`(?:\\r)?(?:\r?\n|\\n)[ \t]*`;
const sign = String.raw`(?:[-+|>#*]|\/\/|\d{1,6}[:|\t→])[ \t]*`;

/** How many signs of a margin are no part of a line: those of a diff, a quotation, a comment or line numbers. */
type Signs = 0 | 1 | 3;

function between(signs: Signs): RegExp {
  const lineStart = `${newLine}(?:${sign}){0,${signs}}`;
  /** `"ab" +` and `"cd"` on the next line, or on the same one. */
  const quoted = String.raw`["'\x60][ \t]*(?:[+.&\\][ \t]*)?(?:${lineStart}(?:[+.&][ \t]*)?|(?<=[+.&\\][ \t]{0,4}))["'\x60]`;
  const wrapped = String.raw`[ \t]*\\?${lineStart}`;
  return new RegExp(`${quoted}|${wrapped}`, "g");
}

const separators = { 0: between(0), 1: between(1), 3: between(3) };

/**
 * Texts read as one, without what stands between two pieces of a word that was wrapped: line ends, the margin of a diff,
 * quotes and the sign that joins two strings, and the end of one text and the beginning of the next.
 */
export class JoinedText {
  readonly text: string;
  private readonly runs: Run[] = [];

  constructor(
    private readonly texts: readonly string[],
    signs: Signs = 3,
  ) {
    const pieces: string[] = [];
    let at = 0;
    const add = (text: number, offset: number, piece: string) => {
      this.runs.push({ at, text, offset });
      pieces.push(piece);
      at += piece.length;
    };
    for (const [index, text] of texts.entries()) {
      let offset = 0;
      for (const match of text.matchAll(separators[signs])) {
        add(index, offset, text.slice(offset, match.index));
        offset = match.index + match[0].length;
      }
      add(index, offset, text.slice(offset));
    }
    this.text = pieces.join("");
  }

  /** Where the character at this position stands. */
  placeOf(position: number): Place {
    const run = this.runs[this.runAt(position)];
    return run === undefined ? { text: 0, offset: 0 } : { text: run.text, offset: run.offset + position - run.at };
  }

  /** Whether something was left out right before this position. */
  beginsRun(position: number): boolean {
    return position === 0 || this.runs[this.runAt(position)]?.at === position;
  }

  /** Positions in `from < position < to` right after something that was left out. */
  breaksIn(from: number, to: number): number[] {
    const found: number[] = [];
    for (let index = this.runAt(from) + 1; index < this.runs.length; index++) {
      const at = this.runs[index]?.at ?? to;
      if (at >= to) {
        break;
      }
      if (at > from && found.at(-1) !== at) {
        found.push(at);
      }
    }
    return found;
  }

  /** The pieces of the texts that make up `from` to `to`, without what was left out. */
  piecesOf(from: number, to: number): { text: number; from: number; to: number }[] {
    const edges = [from, ...this.breaksIn(from, to), to];
    return edges.slice(1).map((end, index) => {
      const start = edges[index] ?? from;
      const { text, offset } = this.placeOf(start);
      return { text, from: offset, to: offset + end - start };
    });
  }

  /** The character of the text itself before this position; empty at its beginning. */
  before(position: number): string {
    const { text, offset } = this.placeOf(position);
    return this.texts[text]?.[offset - 1] ?? "";
  }

  /** The last run that begins at or before the position. */
  private runAt(position: number): number {
    let low = 0;
    let high = this.runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.runs[middle]?.at ?? 0) <= position) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
