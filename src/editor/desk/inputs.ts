/** A small store of the editor's, kept over reloads. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

const kept = 50;
const longestKept = 20_000;

/** What was typed and not sent, and what was sent before: kept here because the page is gone when it is hidden. */
export class Inputs {
  constructor(private readonly memory: Memory) {}

  all(): { text: string; sent: readonly string[] } {
    const text = this.memory.get("draft");
    const sent = this.memory.get("sent");
    return {
      text: typeof text === "string" ? text : "",
      sent: Array.isArray(sent) ? sent.filter((each) => typeof each === "string") : [],
    };
  }

  async change(text: string): Promise<void> {
    await this.memory.update("draft", text);
  }

  /** What was sent and not taken is unsent again. */
  async putBack(text: string): Promise<void> {
    await this.change([text, this.all().text].filter((each) => each !== "").join("\n\n"));
  }

  async sent(text: string): Promise<void> {
    await this.memory.update("draft", "");
    if (text.length <= longestKept) {
      const earlier = this.all().sent.filter((each) => each !== text);
      await this.memory.update("sent", [...earlier, text].slice(-kept));
    }
  }
}
