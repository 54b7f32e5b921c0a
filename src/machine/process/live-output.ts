const flushEveryMs = 60;
const pieceLength = 8_000;

/**
 * Passes output on in bounded pieces: all of the first part, then the newest few characters once a second, so that a
 * flood neither blocks the panel nor fills the journal, and a long run still shows that it lives.
 */
export class LiveOutput {
  private pending = "";
  private skipped = 0;
  private left: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly send: (text: string) => void,
    budget = 96_000,
    private readonly glimpse = { everyMs: 1_000, characters: 400 },
  ) {
    this.left = budget;
  }

  add(text: string): void {
    if (text === "") {
      return;
    }
    this.pending += text;
    const kept = this.left > 0 ? pieceLength * 4 : this.glimpse.characters;
    if (this.pending.length > kept * 2) {
      this.skipped += this.pending.length - kept;
      this.pending = this.pending.slice(-kept);
    }
    this.timer ??= setTimeout(() => this.flush(), this.left > 0 ? flushEveryMs : this.glimpse.everyMs);
  }

  end(): void {
    this.flush();
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const text = this.pending;
    this.pending = "";
    if (text === "") {
      return;
    }
    const shown = text.slice(-Math.max(this.left, this.glimpse.characters));
    this.skipped += text.length - shown.length;
    if (this.skipped > 0) {
      this.send(`\n[… ${this.skipped.toLocaleString("en")} characters not shown live …]\n`);
      this.skipped = 0;
    }
    for (let at = 0; at < shown.length; at += pieceLength) {
      this.send(shown.slice(at, at + pieceLength));
    }
    this.left -= shown.length;
  }
}
