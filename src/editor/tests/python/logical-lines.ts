/** One statement's beginning, with what stands in brackets and strings over several lines joined to it. */
export interface LogicalLine {
  /** 1-based. */
  first: number;
  last: number;
  /** Columns of white space before it; a tab goes to the next multiple of eight. */
  indent: number;
  /** Without the white space around it. Strings keep their quotes and lose what is in them; comments are left out. */
  code: string;
}

const opening = new Set(["(", "[", "{"]);
const closing = new Set([")", "]", "}"]);
/** Cannot stand in brackets: while a bracket is open there, it is yet to be typed. */
const startsBlock = /^[ \t]*(?:async[ \t]+def|def|class)[ \t]+\w+/;

/** Cuts Python text into its logical lines. Blank lines and comments are none. Text that is broken gives what it can. */
export function logicalLines(text: string): LogicalLine[] {
  const found: LogicalLine[] = [];
  const scanner = new Scanner(text);
  for (let line = scanner.next(); line !== undefined; line = scanner.next()) {
    if (line.code !== "") {
      found.push(line);
    }
  }
  return found;
}

class Scanner {
  private at = 0;
  private line = 1;

  constructor(private readonly text: string) {}

  next(): LogicalLine | undefined {
    if (this.at >= this.text.length) {
      return undefined;
    }
    const first = this.line;
    const indent = this.readIndent();
    const code = this.readCode();
    return { first, last: Math.max(first, this.line - 1), indent, code: code.trim() };
  }

  private readIndent(): number {
    let indent = 0;
    for (; ; this.at++) {
      const character = this.text[this.at];
      if (character === " ") {
        indent += 1;
      } else if (character === "\t") {
        indent += 8 - (indent % 8);
      } else if (character !== "\f") {
        return indent;
      }
    }
  }

  private readCode(): string {
    let code = "";
    let depth = 0;
    while (this.at < this.text.length) {
      const character = this.text[this.at] ?? "";
      if (character === "#") {
        this.skipComment();
      } else if (character === '"' || character === "'") {
        code += this.readString(character);
      } else if (character === "\n") {
        this.at += 1;
        this.line += 1;
        if (depth === 0 || startsBlock.test(this.text.slice(this.at, this.at + 200))) {
          return code;
        }
        code += " ";
      } else if (character === "\\" && /^\\\r?\n/.test(this.text.slice(this.at, this.at + 3))) {
        this.at = this.text.indexOf("\n", this.at) + 1;
        this.line += 1;
      } else {
        depth = Math.max(0, depth + (opening.has(character) ? 1 : closing.has(character) ? -1 : 0));
        code += character;
        this.at += 1;
      }
    }
    this.line += 1;
    return code;
  }

  private skipComment(): void {
    const end = this.text.indexOf("\n", this.at);
    this.at = end === -1 ? this.text.length : end;
  }

  /** A string without its contents; one with single quotes ends at the end of its line at the latest. */
  private readString(quote: string): string {
    const triple = this.text.startsWith(quote.repeat(3), this.at);
    const end = triple ? quote.repeat(3) : quote;
    this.at += end.length;
    while (this.at < this.text.length && !this.text.startsWith(end, this.at)) {
      if (this.text[this.at] === "\n") {
        if (!triple) {
          return quote + quote;
        }
        this.line += 1;
      }
      if (this.text[this.at] === "\\") {
        this.line += this.text[this.at + 1] === "\n" ? 1 : 0;
        this.at += 1;
      }
      this.at += 1;
    }
    this.at += end.length;
    return quote + quote;
  }
}
