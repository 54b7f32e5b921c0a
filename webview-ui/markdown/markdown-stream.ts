import { Lexer, type Token } from "marked";

/** A top-level piece of a markdown text. The object stays the same once its text can no longer change. */
export interface Block {
  key: number;
  token: Token;
}

/** Inline markdown of longer pieces is shown as plain text: some inputs make every parser slow. */
const longestInline = 10_000;

/** Parses a growing text again and again, each time only from the first block that may still change. */
export class MarkdownStream {
  #text = "";
  #frozen: Block[] = [];
  #tailFrom = 0;
  #links: Lexer["tokens"]["links"] = Object.create(null);

  /** `finished` says that no more text will come. */
  update(written: string, finished: boolean): readonly Block[] {
    const text = written.includes("\r") ? written.replace(/\r\n?/g, "\n") : written;
    if (!text.startsWith(this.#text)) {
      this.#frozen = [];
      this.#tailFrom = 0;
    }
    this.#text = text;
    const tail = text.slice(this.#tailFrom);
    const tokens = this.#lex(tail);
    const keep = finished ? tokens.length : this.#countSettled(tokens, tail);
    for (const token of tokens.slice(0, keep)) {
      this.#tailFrom += token.raw.length;
      if (token.type !== "space") {
        this.#frozen.push({ key: this.#frozen.length, token });
      }
    }
    if (keep > 0) {
      this.#frozen = this.#frozen.slice();
    }
    const open = tokens.slice(keep).filter((token) => token.type !== "space");
    return [...this.#frozen, ...open.map((token, index) => ({ key: this.#frozen.length + index, token }))];
  }

  /** How many leading tokens cannot change any more: all but the last two, and none when positions are not exact. */
  #countSettled(tokens: readonly Token[], tail: string): number {
    const total = tokens.reduce((sum, token) => sum + token.raw.length, 0);
    if (total !== tail.length) {
      return 0;
    }
    const written = tokens.flatMap((token, index) => (token.type === "space" ? [] : [index]));
    return written.at(-2) ?? 0;
  }

  #lex(source: string): Token[] {
    try {
      const lexer = new Lexer({ gfm: true });
      lexer.tokens.links = this.#links;
      lexer.blockTokens(source, lexer.tokens);
      for (const { src, tokens } of lexer.inlineQueue) {
        if (src.length > longestInline) {
          tokens.push({ type: "text", raw: src, text: src, escaped: false });
        } else {
          lexer.inlineTokens(src, tokens);
        }
      }
      return [...lexer.tokens];
    } catch {
      // Nesting beyond what the parser's stack holds. The text itself is never lost.
      return [{ type: "text", raw: source, text: source }];
    }
  }
}
