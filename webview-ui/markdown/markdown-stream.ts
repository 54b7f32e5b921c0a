import { Lexer, type Token } from "marked";
import { readFence } from "./fence";

/** A top-level piece of a markdown text. The object stays the same once its text can no longer change. */
export interface Block {
  key: number;
  token: Token;
}

/** Inline markdown of longer pieces is shown as plain text: some inputs make every parser slow. */
const longestInline = 4_000;
/** How much is parsed at once. A block that does not fit gets more, as long as parsing stays quick. */
const firstWindow = 8_000;
const widestWindow = 256_000;
const quickMs = 20;
/** A line that opens more lists and quotes than anyone reads; parsers take very long over it. */
const tooDeep = /^[ \t]*(?:>[ \t]*|(?:[-*+]|\d{1,9}[.)])[ \t]+){24}/m;

/** Parses a growing text again and again, each time only from the first block that may still change. */
export class MarkdownStream {
  #text = "";
  #frozen: Block[] = [];
  #tailFrom = 0;
  #window = firstWindow;
  #links: Lexer["tokens"]["links"] = Object.create(null);

  /** `finished` says that no more text will come. */
  update(written: string, finished: boolean): readonly Block[] {
    const text = written.includes("\r") ? written.replace(/\r\n?/g, "\n") : written;
    if (!text.startsWith(this.#text)) {
      this.#frozen = [];
      this.#tailFrom = 0;
    }
    this.#text = text;
    let open = this.#readOn(finished);
    while (open === undefined) {
      open = this.#readOn(finished);
    }
    return [...this.#frozen, ...number(open, this.#frozen.length)];
  }

  /** Parses the next window. Undefined when there is more text behind it, else the tokens that may still change. */
  #readOn(finished: boolean): Token[] | undefined {
    const fence = readFence(this.#text, this.#tailFrom);
    if (fence) {
      const isOpen = !fence.isClosed && !finished;
      return isOpen ? [fence.token] : this.#settle([fence.token]);
    }
    const tail = this.#nextWindow();
    const isLast = this.#tailFrom + tail.length === this.#text.length;
    const startedAt = performance.now();
    const tokens = this.#lex(tail);
    const settled = countSettled(tokens);
    if (isLast && !finished) {
      this.#settle(tokens.slice(0, settled));
      return tokens.slice(settled).filter(isWritten);
    }
    if (isLast || (settled === 0 && !this.#widen(performance.now() - startedAt))) {
      return this.#settle(tokens);
    }
    return this.#settle(tokens.slice(0, settled));
  }

  #nextWindow(): string {
    const tail = this.#text.slice(this.#tailFrom, this.#tailFrom + this.#window);
    const end = this.#tailFrom + tail.length === this.#text.length ? tail.length : tail.lastIndexOf("\n") + 1;
    return tail.slice(0, end || tail.length);
  }

  #widen(tookMs: number): boolean {
    const mayGrow = tookMs < quickMs && this.#window < widestWindow;
    this.#window = mayGrow ? 2 * this.#window : firstWindow;
    return mayGrow;
  }

  /** Takes tokens as final. Undefined when text is left to read, else that nothing is open. */
  #settle(tokens: readonly Token[]): [] | undefined {
    for (const token of tokens) {
      this.#tailFrom += token.raw.length;
      this.#window = firstWindow;
    }
    this.#frozen.push(...number(tokens.filter(isWritten), this.#frozen.length));
    return this.#tailFrom < this.#text.length ? undefined : [];
  }

  /** Tokens whose sources joined are exactly the given source. */
  #lex(source: string): Token[] {
    if (tooDeep.test(source)) {
      return [asPlain(source)];
    }
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
      const length = lexer.tokens.reduce((sum, token) => sum + token.raw.length, 0);
      return length === source.length ? [...lexer.tokens] : [asPlain(source)];
    } catch {
      // Nesting beyond what the parser's stack holds. The text itself is never lost.
      return [asPlain(source)];
    }
  }
}

function number(tokens: readonly Token[], from: number): Block[] {
  return tokens.map((token, index) => ({ key: from + index, token }));
}

function asPlain(source: string): Token {
  return { type: "text", raw: source, text: source };
}

function isWritten(token: Token): boolean {
  return token.type !== "space";
}

/** How many leading tokens cannot change any more: all before an open fence, else all but the last two. */
function countSettled(tokens: readonly Token[]): number {
  const written = tokens.flatMap((token, index) => (isWritten(token) ? [index] : []));
  const last = written.at(-1) ?? 0;
  return readFence(tokens[last]?.raw ?? "", 0) ? last : (written.at(-2) ?? 0);
}
