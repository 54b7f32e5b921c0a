/**
 * Reads JSON as models write it when they miss by a little: raw line breaks in strings, trailing commas, single quotes,
 * bare keys, Python's words, escapes that JSON does not have, and closing braces missing at the very end. What could be
 * meant in two ways is not read: a list without its end may have had more to come.
 */
export interface LooseValue {
  value: unknown;
  /** Where reading stopped, just behind the value. */
  end: number;
  /** Braces that were missing at the end of the text were supplied. */
  completed: boolean;
}

class Unreadable extends Error {}

/** The value that begins at `from`, or undefined when there is none. */
export function readLooseJson(text: string, from = 0): LooseValue | undefined {
  const reader = new LooseReader(text, from);
  try {
    const value = reader.value(0);
    return { value, end: reader.at, completed: reader.completed };
  } catch (error) {
    if (error instanceof Unreadable) {
      return undefined;
    }
    throw error;
  }
}

const deepest = 64;
const words: Record<string, unknown> = { true: true, false: false, null: null, True: true, False: false, None: null };
const escapes: Record<string, string> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  '"': '"',
  "\\": "\\",
  "/": "/",
  "'": "'",
};

class LooseReader {
  completed = false;

  constructor(
    private readonly text: string,
    public at: number,
  ) {}

  value(depth: number): unknown {
    this.skipSpace();
    const char = this.text[this.at];
    if (depth > deepest || char === undefined) {
      throw new Unreadable();
    }
    if (char === "{") {
      return this.object(depth);
    }
    if (char === "[") {
      return this.list(depth);
    }
    return char === '"' || char === "'" ? this.string(char) : this.word();
  }

  private object(depth: number): Record<string, unknown> {
    const found: Record<string, unknown> = {};
    this.at += 1;
    while (!this.closes("}")) {
      const key = this.key();
      this.skipSpace();
      this.expect(":");
      const value = this.value(depth + 1);
      Object.defineProperty(found, key, { value, enumerable: true, configurable: true, writable: true });
      this.comma("}");
    }
    return found;
  }

  private list(depth: number): unknown[] {
    const found: unknown[] = [];
    this.at += 1;
    while (!this.closes("]")) {
      found.push(this.value(depth + 1));
      this.comma("]");
    }
    return found;
  }

  private key(): string {
    this.skipSpace();
    const char = this.text[this.at];
    if (char === '"' || char === "'") {
      return this.string(char);
    }
    const bare = /[A-Za-z_$][\w$-]*/y;
    bare.lastIndex = this.at;
    const name = bare.exec(this.text)?.[0];
    if (name === undefined) {
      throw new Unreadable();
    }
    this.at += name.length;
    return name;
  }

  private string(quote: string): string {
    let out = "";
    this.at += 1;
    for (;;) {
      const char = this.text[this.at];
      if (char === undefined) {
        throw new Unreadable();
      }
      this.at += 1;
      if (char === quote) {
        return out;
      }
      out += char === "\\" ? this.escape() : char;
    }
  }

  /** An escape that JSON does not have, such as `\d`, was meant as it stands. */
  private escape(): string {
    const char = this.text[this.at];
    if (char === undefined) {
      throw new Unreadable();
    }
    this.at += 1;
    if (char === "u") {
      const code = /^[0-9a-fA-F]{4}/.exec(this.text.slice(this.at, this.at + 4))?.[0];
      if (code === undefined) {
        return "\\u";
      }
      this.at += 4;
      return String.fromCharCode(Number.parseInt(code, 16));
    }
    return escapes[char] ?? `\\${char}`;
  }

  private word(): unknown {
    const plain = /[A-Za-z]+|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
    plain.lastIndex = this.at;
    const found = plain.exec(this.text)?.[0];
    if (found === undefined || (/^[A-Za-z]/.test(found) && !Object.hasOwn(words, found))) {
      throw new Unreadable();
    }
    this.at += found.length;
    return Object.hasOwn(words, found) ? words[found] : Number(found);
  }

  private closes(bracket: string): boolean {
    this.skipSpace();
    if (this.at >= this.text.length) {
      if (bracket === "]") {
        throw new Unreadable();
      }
      this.completed = true;
      return true;
    }
    if (this.text[this.at] !== bracket) {
      return false;
    }
    this.at += 1;
    return true;
  }

  private comma(bracket: string): void {
    this.skipSpace();
    const char = this.text[this.at];
    if (char === ",") {
      this.at += 1;
    } else if (char !== bracket && char !== undefined) {
      throw new Unreadable();
    }
  }

  private expect(char: string): void {
    if (this.text[this.at] !== char) {
      throw new Unreadable();
    }
    this.at += 1;
  }

  private skipSpace(): void {
    while (/\s/.test(this.text[this.at] ?? "")) {
      this.at += 1;
    }
  }
}
