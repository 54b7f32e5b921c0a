import { StringDecoder } from "node:string_decoder";

const esc = "\u001b";
const bel = "\u0007";

/** A whole escape sequence: control sequences, strings such as titles and links, two-character escapes. */
const sequence = new RegExp(
  `${esc}(?:\\[[0-?]*[ -/]*[@-~]|[\\]PX^_][^${bel}${esc}]*(?:${bel}|${esc}\\\\)|[ -/]+[0-~]|[0-Z\\\\^-~])|\\u009b[0-?]*[ -/]*[@-~]`,
  "g",
);
/** The beginning of one, at the end of what has arrived. */
const unfinished = new RegExp(
  `(?:${esc}(?:\\[[0-?]*[ -/]*|[\\]PX^_][^${bel}${esc}]*${esc}?|[ -/]*)|\\u009b[0-?]*[ -/]*)$`,
);
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f-\u009f]/g;

const longestSequence = 4_096;

/** Bytes of a terminal program as plain text: UTF-8 across chunk borders, escape sequences and controls removed. */
export class PlainText {
  private readonly decoder = new StringDecoder("utf8");
  private rest = "";

  push(bytes: Buffer): string {
    return this.strip(this.rest + this.decoder.write(bytes), false);
  }

  end(): string {
    return this.strip(this.rest + this.decoder.end(), true);
  }

  private strip(text: string, last: boolean): string {
    if (!last) {
      const start = text.slice(-longestSequence).search(unfinished);
      const cut = start === -1 ? text.length : Math.max(0, text.length - longestSequence) + start;
      this.rest = text.slice(cut);
      return clean(text.slice(0, cut));
    }
    this.rest = "";
    return clean(text).replaceAll(esc, "");
  }
}

function clean(text: string): string {
  return text.includes(esc) || text.includes("\u009b")
    ? text.replace(sequence, "").replaceAll(esc, "").replace(controls, "")
    : text.replace(controls, "");
}

/** What a line shows in the end when a program overwrote it with carriage returns (progress bars). */
export function settleLines(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(/[^\n]*\r(?=[^\n])/g, "")
    .replaceAll("\r", "");
}
