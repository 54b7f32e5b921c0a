/** JSON as far as it has arrived. */
export interface PartialJson {
  /** What is there. A string that is still open is left out, unless its key is one of those that may grow. */
  value: unknown;
  /** Where the first value ended; undefined while it is still open. */
  end: number | undefined;
}

/** Reads the first JSON value of a text that may break off anywhere. Never throws; what is no JSON ends what was read. */
export function readPartialJson(text: string, growing: ReadonlySet<string>): PartialJson {
  const reader = new Reader(text, growing);
  const value = reader.value(undefined);
  return { value: value === absent ? undefined : value, end: reader.isOpen ? undefined : reader.at };
}

const absent = Symbol("absent");
const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

class Reader {
  at = 0;
  /** The text ended, or went wrong, inside of a value. */
  isOpen = false;

  constructor(
    private readonly text: string,
    private readonly growing: ReadonlySet<string>,
  ) {}

  value(key: string | undefined): unknown {
    this.skipBlanks();
    switch (this.text[this.at]) {
      case "{":
        return this.object();
      case "[":
        return this.array(key);
      case '"':
        return this.string(key !== undefined && this.growing.has(key));
      default:
        return this.word();
    }
  }

  private object(): Record<string, unknown> {
    const made: Record<string, unknown> = {};
    this.at++;
    for (;;) {
      this.skip(/[\s,]/);
      if (this.closes("}")) {
        return made;
      }
      const key = this.text[this.at] === '"' ? this.string(false) : this.stop();
      this.skipBlanks();
      if (typeof key !== "string" || this.isOpen || this.text[this.at] !== ":") {
        this.stop();
        return made;
      }
      this.at++;
      const value = this.value(key);
      if (value !== absent) {
        Object.defineProperty(made, key, { value, enumerable: true, configurable: true, writable: true });
      }
      if (this.isOpen) {
        return made;
      }
    }
  }

  private array(key: string | undefined): unknown[] {
    const made: unknown[] = [];
    this.at++;
    for (;;) {
      this.skip(/[\s,]/);
      if (this.closes("]")) {
        return made;
      }
      const value = this.value(key);
      if (value !== absent) {
        made.push(value);
      }
      if (this.isOpen) {
        return made;
      }
    }
  }

  private string(mayGrow: boolean): string | typeof absent {
    let made = "";
    this.at++;
    for (; this.at < this.text.length; this.at++) {
      const letter = this.text[this.at] as string;
      if (letter === '"') {
        this.at++;
        return made;
      }
      if (letter !== "\\") {
        made += letter;
        continue;
      }
      const escaped = this.escape();
      if (escaped === undefined) {
        break;
      }
      made += escaped;
    }
    this.isOpen = true;
    return mayGrow ? made : absent;
  }

  /** Undefined when the escape is not all there. */
  private escape(): string | undefined {
    const letter = this.text[this.at + 1];
    if (letter === undefined) {
      return undefined;
    }
    if (letter !== "u") {
      this.at++;
      return escapes[letter] ?? letter;
    }
    const code = this.text.slice(this.at + 2, this.at + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(code)) {
      return undefined;
    }
    this.at += 5;
    return String.fromCharCode(Number.parseInt(code, 16));
  }

  /** A number, true, false or null; one that the text breaks off in may not be all there. */
  private word(): unknown {
    const [word = ""] = /^[-+.\w]*/.exec(this.text.slice(this.at, this.at + 40)) ?? [];
    this.at += word.length;
    if (word === "" || this.at >= this.text.length) {
      return this.stop();
    }
    const words: Record<string, unknown> = { true: true, false: false, null: null };
    return word in words ? words[word] : Number(word);
  }

  private stop(): typeof absent {
    this.isOpen = true;
    return absent;
  }

  private closes(letter: string): boolean {
    if (this.at >= this.text.length) {
      this.isOpen = true;
      return true;
    }
    if (this.text[this.at] === letter) {
      this.at++;
      return true;
    }
    return false;
  }

  private skipBlanks(): void {
    this.skip(/\s/);
  }

  private skip(pattern: RegExp): void {
    while (this.at < this.text.length && pattern.test(this.text[this.at] as string)) {
      this.at++;
    }
  }
}
