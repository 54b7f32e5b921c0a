import { isShown, shownParts } from "../rescue/place";
import { holdsOpener } from "./hold-back";

/** Tags that models put around their reasoning when the server leaves it in the content. */
const pairs: readonly [open: string, close: string][] = [
  ["<think>", "</think>"],
  ["<thinking>", "</thinking>"],
  ["<thought>", "</thought>"],
  ["<mm:think>", "</mm:think>"],
  ["<reasoning>", "</reasoning>"],
  ["[THINK]", "[/THINK]"],
  ["<|channel>thought", "<channel|>"],
];

export interface Split {
  kind: "text" | "reasoning";
  text: string;
}

/** A stretch of a reply between marks that are no part of it. */
interface Block {
  kind: Split["kind"];
  open: string;
  closes: readonly string[];
}

const channels = { analysis: "reasoning", commentary: "text", final: "text" } as const;
/** gpt-oss: a reply is a row of messages, each with a header. Of the first header, the prompt may hold the beginning. */
const harmony = ["", "<|start|>assistant"].flatMap((start) =>
  Object.entries(channels).map(
    ([channel, kind]): Block => ({
      kind,
      open: `${start}<|channel|>${channel}<|message|>`,
      closes: ["<|end|>", "<|return|>"],
    }),
  ),
);
const blocks: readonly Block[] = [
  ...pairs.map(([open, close]): Block => ({ kind: "reasoning", open, closes: [close] })),
  ...harmony,
];

/**
 * Separates tagged reasoning from the text of a streamed reply. A tag opens only where the reply, or what follows an earlier
 * block, begins: text that merely mentions `<think>` is left alone. Tags may be cut anywhere.
 */
export class ThinkSplitter {
  private held = "";
  private block: Block | undefined;
  private atStart = true;
  /** Stands before further text. */
  private gap = "";
  /** An opening tag was seen. */
  private opened = false;

  push(text: string): Split[] {
    this.held += text;
    const out: Split[] = [];
    while (this.held !== "" && this.step(out)) {
      // each step takes something off the held text
    }
    return out;
  }

  end(): Split[] {
    const left = this.held;
    this.held = "";
    return left === "" ? [] : [{ kind: this.block?.kind ?? "text", text: left }];
  }

  private step(out: Split[]): boolean {
    if (this.block !== undefined) {
      return this.readBlock(this.block, out);
    }
    if (this.atStart) {
      return this.readStart(out);
    }
    this.emit(out, "text", this.held);
    this.held = "";
    return false;
  }

  private readBlock({ kind, closes }: Block, out: Split[]): boolean {
    const found = firstOf(closes, this.held);
    if (found !== undefined) {
      this.emit(out, kind, this.held.slice(0, found.at));
      this.held = this.held.slice(found.end);
      this.block = undefined;
      this.atStart = true;
      this.gap = kind === "text" ? "\n\n" : this.gap;
      return true;
    }
    const keep = Math.max(...closes.map((close) => overlap(this.held, close)));
    this.emit(out, kind, this.held.slice(0, this.held.length - keep));
    this.held = this.held.slice(this.held.length - keep);
    return false;
  }

  private readStart(out: Split[]): boolean {
    const body = this.held.trimStart();
    if (body === "") {
      return false;
    }
    const found = blocks.find(({ open }) => body.startsWith(open));
    if (found !== undefined) {
      this.held = body.slice(found.open.length);
      this.block = found;
      this.opened = true;
      return true;
    }
    if (blocks.some(({ open }) => open.startsWith(body))) {
      return false;
    }
    this.atStart = false;
    this.emit(out, "text", this.opened ? body : this.held);
    this.held = "";
    return false;
  }

  private emit(out: Split[], kind: Split["kind"], text: string): void {
    if (text === "") {
      return;
    }
    out.push({ kind, text: kind === "text" ? this.gap + text : text });
    this.gap = kind === "text" ? "" : this.gap;
  }
}

/**
 * A finished text whose opening tag was printed by the chat template, so that only the closing one arrived: everything up
 * to it is reasoning. A closing tag that is quoted or talked about is text.
 */
export function splitUnopened(text: string): { text: string; reasoning: string } | undefined {
  for (const [open, close] of pairs.slice(0, 4)) {
    const at = text.indexOf(close);
    const end = at + close.length;
    if (at >= 0 && (endsLine(text, at, end) || (!text.slice(0, at).includes(open) && endsThoughts(text, at, end)))) {
      return { reasoning: text.slice(0, at).trim(), text: text.slice(end).trimStart() };
    }
  }
  return undefined;
}

function endsLine(text: string, at: number, end: number): boolean {
  return text[at - 1] !== "`" && (end === text.length || text[end] === "\n" || text[end] === "\r");
}

/** In the middle of a line: where a sentence ends, or right behind a word, and an answer or a call begins behind it. */
function endsThoughts(text: string, at: number, end: number): boolean {
  const line = text.slice(text.lastIndexOf("\n", at) + 1, at);
  const beginning = /[.!?…]$/.test(line) ? /\s*[^\s,.;:!?)}"'”’»]/y : /\s*[^\s\p{Ll},.;:!?)}"'”’»]/uy;
  beginning.lastIndex = end;
  return (
    /^\s*$|[.!?…]\s*$|[^\s"'`“‘«([{<=/]$/.test(line) &&
    beginning.test(text) &&
    line.split('"').length % 2 === 1 &&
    !holdsOpener(text.slice(0, at)) &&
    !isShown(shownParts(text), at)
  );
}

function firstOf(marks: readonly string[], text: string): { at: number; end: number } | undefined {
  return marks
    .map((mark) => ({ at: text.indexOf(mark), end: text.indexOf(mark) + mark.length }))
    .filter(({ at }) => at >= 0)
    .toSorted((a, b) => a.at - b.at)[0];
}

/** How many characters at the end of `text` could be the beginning of `tag`. */
function overlap(text: string, tag: string): number {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length--) {
    if (tag.startsWith(text.slice(text.length - length))) {
      return length;
    }
  }
  return 0;
}
