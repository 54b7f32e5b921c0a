/** Beginnings of tool calls that models write into their text. */
const openers = [
  "<tool_call",
  "<function=",
  "<function_call",
  "<invoke name=",
  "<minimax:tool_call",
  "]<]minimax[>[",
  "<|tool_call",
  "<|channel|>commentary",
  "<|start|>assistant<|channel|>commentary",
  "<｜tool",
  "<｜DSML｜",
  "[TOOL_CALLS]",
  "[TOOL_REQUEST]",
];

export function holdsOpener(text: string): boolean {
  return openers.some((opener) => text.includes(opener));
}

/**
 * Keeps a call that is written into the text from being shown while it arrives. Where a line begins like a call, outside of
 * code fences, the rest is held until the reply is over: then it has become a call, or is shown after all.
 */
export class HoldBack {
  private held = "";
  private holding = false;
  private atLineStart = true;
  private inFence = false;

  /** The part of `text` that may be shown now. */
  push(text: string): string {
    this.held += text;
    let shown = "";
    while (!this.holding && this.held !== "") {
      const taken = this.take();
      if (taken === "") {
        break;
      }
      shown += taken;
    }
    return shown;
  }

  /** A line has begun like a call. */
  get isHolding(): boolean {
    return this.holding;
  }

  /** What was held and has not become a call. */
  end(): string {
    const rest = this.held;
    this.held = "";
    return rest;
  }

  /** A whole line, or what of a line is surely no call. Empty when more must be seen first. */
  private take(): string {
    if (this.atLineStart) {
      const start = this.held.trimStart();
      if (!this.inFence && openers.some((opener) => start.startsWith(opener))) {
        this.holding = true;
        return "";
      }
      const couldOpen = !this.inFence && openers.some((opener) => opener.startsWith(start));
      if (couldOpen || start === "" || "```".startsWith(start)) {
        return "";
      }
      if (start.startsWith("```")) {
        this.inFence = !this.inFence;
      }
    }
    const end = this.held.indexOf("\n");
    const taken = end < 0 ? this.held : this.held.slice(0, end + 1);
    this.held = this.held.slice(taken.length);
    this.atLineStart = end >= 0;
    return taken;
  }
}
