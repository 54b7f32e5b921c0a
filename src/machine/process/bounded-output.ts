import { settleLines } from "./plain-text";

/** Keeps the first and the last part of a text of any length, with a line between that says what is missing. */
export class BoundedOutput {
  private head = "";
  private tail: string[] = [];
  private tailLength = 0;
  private total = 0;
  private lines = 0;

  /** Lengths in characters. */
  constructor(
    private readonly headLength = 16_000,
    private readonly keptTail = 32_000,
  ) {}

  add(text: string): void {
    this.total += text.length;
    this.lines += countLines(text);
    const room = this.headLength - this.head.length;
    if (room > 0) {
      this.head += text.slice(0, room);
    }
    if (text.length > room) {
      this.addToTail(text.slice(Math.max(0, room)));
    }
  }

  /** Characters seen in all. */
  get length(): number {
    return this.total;
  }

  render(): string {
    const tail = this.tail.join("").slice(-this.keptTail);
    const left = this.total - this.head.length - tail.length;
    if (left <= 0) {
      return settleLines(this.head + tail);
    }
    const lines = Math.max(0, this.lines - countLines(this.head) - countLines(tail));
    const many = lines > 0 ? `, ${lines.toLocaleString("en")} ${lines === 1 ? "line" : "lines"}` : "";
    const note = `[… ${left.toLocaleString("en")} characters${many} left out here …]`;
    return `${settleLines(wholeStart(this.head))}\n${note}\n${settleLines(wholeEnd(tail))}`;
  }

  private addToTail(text: string): void {
    this.tail.push(text.length > this.keptTail ? text.slice(-this.keptTail) : text);
    this.tailLength += this.tail.at(-1)?.length ?? 0;
    if (this.tailLength > this.keptTail * 2) {
      const joined = this.tail.join("").slice(-this.keptTail);
      this.tail = [joined];
      this.tailLength = joined.length;
    }
  }
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
    count += 1;
  }
  return count;
}

/** A cut never falls between the two halves of one character. */
function wholeStart(text: string): string {
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}

function wholeEnd(text: string): string {
  return /^[\udc00-\udfff]/.test(text) ? text.slice(1) : text;
}
