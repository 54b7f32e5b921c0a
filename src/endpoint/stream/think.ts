/** Tags that models put around their reasoning when the server leaves it in the content. */
const pairs: readonly [open: string, close: string][] = [
  ["<think>", "</think>"],
  ["<thinking>", "</thinking>"],
  ["<thought>", "</thought>"],
  ["<mm:think>", "</mm:think>"],
  ["<reasoning>", "</reasoning>"],
  ["[THINK]", "[/THINK]"],
  ["<|channel>thought", "<channel|>"],
  ["<|channel|>analysis<|message|>", "<|end|>"],
];

export interface Split {
  kind: "text" | "reasoning";
  text: string;
}

/**
 * Separates tagged reasoning from the text of a streamed reply. A tag opens only where the reply, or what follows earlier
 * reasoning, begins: text that merely mentions `<think>` is left alone. Tags may be cut anywhere.
 */
export class ThinkSplitter {
  private held = "";
  private close: string | undefined;
  private atStart = true;
  /** An opening tag was seen. */
  opened = false;

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
    return left === "" ? [] : [{ kind: this.close === undefined ? "text" : "reasoning", text: left }];
  }

  private step(out: Split[]): boolean {
    if (this.close !== undefined) {
      return this.readReasoning(this.close, out);
    }
    if (this.atStart) {
      return this.readStart(out);
    }
    out.push({ kind: "text", text: this.held });
    this.held = "";
    return false;
  }

  private readReasoning(close: string, out: Split[]): boolean {
    const at = this.held.indexOf(close);
    if (at >= 0) {
      emit(out, "reasoning", this.held.slice(0, at));
      this.held = this.held.slice(at + close.length);
      this.close = undefined;
      this.atStart = true;
      return true;
    }
    const keep = overlap(this.held, close);
    emit(out, "reasoning", this.held.slice(0, this.held.length - keep));
    this.held = this.held.slice(this.held.length - keep);
    return false;
  }

  private readStart(out: Split[]): boolean {
    const body = this.held.trimStart();
    if (body === "") {
      return false;
    }
    const found = pairs.find(([open]) => body.startsWith(open));
    if (found !== undefined) {
      this.held = body.slice(found[0].length);
      this.close = found[1];
      this.opened = true;
      return true;
    }
    if (pairs.some(([open]) => open.startsWith(body))) {
      return false;
    }
    this.atStart = false;
    if (this.opened) {
      this.held = body;
    }
    out.push({ kind: "text", text: this.held });
    this.held = "";
    return false;
  }
}

/**
 * A finished text whose opening tag was printed by the chat template, so that only the closing one arrived: everything up
 * to it is reasoning. A closing tag inside backticks is text.
 */
export function splitUnopened(text: string): { text: string; reasoning: string } | undefined {
  for (const [, close] of pairs.slice(0, 4)) {
    const at = text.indexOf(close);
    const after = text[at + close.length];
    if (at >= 0 && text[at - 1] !== "`" && (after === undefined || after === "\n" || after === "\r")) {
      return { reasoning: text.slice(0, at).trim(), text: text.slice(at + close.length).trimStart() };
    }
  }
  return undefined;
}

function emit(out: Split[], kind: Split["kind"], text: string): void {
  if (text !== "") {
    out.push({ kind, text });
  }
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
