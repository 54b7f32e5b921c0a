/** What was sent before, for the Up and Down keys. Stepping past the newest entry gives back what was being written. */
export class SentHistory {
  #entries: string[];
  #at: number;
  #draft = "";

  constructor(entries: readonly string[]) {
    this.#entries = entries.slice();
    this.#at = this.#entries.length;
  }

  add(text: string): void {
    if (this.#entries.at(-1) !== text) {
      this.#entries.push(text);
    }
    this.#at = this.#entries.length;
    this.#draft = "";
  }

  /** The entry before the one shown, or undefined at the oldest. `current` is kept when stepping starts. */
  older(current: string): string | undefined {
    if (this.#at === 0) {
      return undefined;
    }
    if (this.#at === this.#entries.length) {
      this.#draft = current;
    }
    this.#at -= 1;
    return this.#entries[this.#at];
  }

  newer(): string | undefined {
    if (this.#at === this.#entries.length) {
      return undefined;
    }
    this.#at += 1;
    return this.#at === this.#entries.length ? this.#draft : this.#entries[this.#at];
  }
}
