import { type FoundSecret, findSecrets, type Piece } from "./find-secrets";
import { JoinedText } from "./joined-text";

/** Where a secret was taken out. Positions count in the text as it would be sent. */
export interface Mark {
  from: number;
  to: number;
}

export interface RedactedText {
  text: string;
  marks: Mark[];
}

/** A secret as people may see it: never the secret itself. */
export interface NamedRedaction {
  number: number;
  name: string;
  /** Places it was taken out of. */
  count: number;
}

interface KnownSecret {
  /** Given when it is first taken out of a text. */
  number: number | undefined;
  name: string;
  value: string;
}

interface Cut {
  from: number;
  to: number;
  secret: KnownSecret;
}

interface Settled extends RedactedText {
  source: string;
  /** The numbers of the secrets at its marks. */
  numbers: number[];
}

/**
 * Takes secrets out of a conversation that only grows. A secret gets the same placeholder wherever it stands, and a text
 * that was redacted once stays as it is, so that what is sent begins with what was sent before.
 */
export class Redactor {
  private readonly secrets = new Map<string, KnownSecret>();
  private numbered = 0;
  private settled: Settled[] = [];

  /** `known` are secrets that are secret wherever they stand, such as stored keys. */
  constructor(known: readonly { name: string; value: string }[] = []) {
    for (const { name, value } of known) {
      if (value !== "") {
        this.learn(name, value);
      }
    }
  }

  /** What was taken out of the texts of the last time. */
  get redactions(): NamedRedaction[] {
    const numbers = this.settled.flatMap((text) => text.numbers);
    return [...this.secrets.values()]
      .map(({ number = 0, name }) => ({ number, name, count: numbers.filter((each) => each === number).length }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => a.number - b.number);
  }

  /** The texts of a conversation in their order: those of the last time, and what was added since. */
  redact(texts: readonly string[]): RedactedText[] {
    const kept = this.settled.findIndex((each, index) => each.source !== texts[index]);
    const from = kept === -1 ? this.settled.length : kept;
    this.settled = this.settled.slice(0, from);
    const overlap = Math.max(0, from - 1);
    const cuts = this.findCuts(texts.slice(overlap));
    for (let index = from; index < texts.length; index++) {
      const source = texts[index] ?? "";
      this.settled.push({ source, ...this.takeOut(source, cuts[index - overlap] ?? []) });
    }
    return this.settled.map(({ text, marks }) => ({ text, marks }));
  }

  /** Puts the secrets back, in what stays on this machine. */
  restore(text: string): string {
    return text.replace(/\[\[secret (\d+): [^\]]{1,60}\]\]/g, (placeholder, number: string) => {
      const secret = [...this.secrets.values()].find((each) => each.number === Number(number));
      return secret !== undefined && placeholderOf(Number(number), secret.name) === placeholder
        ? secret.value
        : placeholder;
    });
  }

  /** Whether a secret that is known by now stands in these bytes after all, in any of its spellings. */
  finds(text: string): boolean {
    return [...this.secrets.values()].some(
      ({ value }) => isTelling(value) && spellingsOf(value).some((spelling) => text.includes(spelling)),
    );
  }

  private findCuts(texts: readonly string[]): Cut[][] {
    const cuts: Cut[][] = texts.map(() => []);
    const put = (piece: Piece, secret: KnownSecret) => cuts[piece.text]?.push({ ...piece, secret });
    for (const found of inOrder(findSecrets(texts))) {
      const secret = this.learn(found.name, found.value);
      for (const piece of found.pieces) {
        put(piece, secret);
      }
    }
    const joined = new JoinedText(texts);
    for (const secret of this.secrets.values()) {
      for (const spelling of isTelling(secret.value) ? spellingsOf(secret.value) : []) {
        for (const piece of placesOf(spelling, joined, texts)) {
          put(piece, secret);
        }
      }
    }
    return cuts.map(mergeCuts);
  }

  private takeOut(source: string, cuts: readonly Cut[]): Omit<Settled, "source"> {
    const marks: Mark[] = [];
    const numbers: number[] = [];
    let text = "";
    let at = 0;
    for (const { from, to, secret } of cuts) {
      text += withoutPlaceholders(source.slice(at, from));
      const placeholder = placeholderOf(this.numberOf(secret), secret.name);
      marks.push({ from: text.length, to: text.length + placeholder.length });
      numbers.push(this.numberOf(secret));
      text += placeholder;
      at = to;
    }
    return { text: text + withoutPlaceholders(source.slice(at)), marks, numbers };
  }

  private numberOf(secret: KnownSecret): number {
    if (secret.number === undefined) {
      this.numbered += 1;
      secret.number = this.numbered;
    }
    return secret.number;
  }

  private learn(name: string, value: string): KnownSecret {
    const known = this.secrets.get(value);
    if (known !== undefined) {
      return known;
    }
    const secret = { number: undefined, name, value };
    this.secrets.set(value, secret);
    return secret;
  }
}

/** Whether a text may hold what stands for a secret. */
export function holdsPlaceholder(text: string): boolean {
  return text.includes("[[secret ");
}

function placeholderOf(number: number, name: string): string {
  return `[[secret ${number}: ${name}]]`;
}

/** As they stand in the conversation; at one place the more telling kind first, which is how they were found. */
function inOrder(found: readonly FoundSecret[]): FoundSecret[] {
  const placed = found.filter(({ pieces, value }) => pieces.length > 0 && value.trim() !== "");
  return placed.sort((a, b) => {
    const [first, second] = [a.pieces[0], b.pieces[0]];
    return (first?.text ?? 0) - (second?.text ?? 0) || (first?.from ?? 0) - (second?.from ?? 0);
  });
}

/** Long or odd enough that the same characters elsewhere are the same secret. */
function isTelling(value: string): boolean {
  return (
    value.length >= 12 || (value.length >= 8 && !/^[a-z]+$/.test(value)) || /^(?=.*\d)(?=.*[A-Za-z]).{6,}$/.test(value)
  );
}

function spellingsOf(value: string): string[] {
  const escaped = JSON.stringify(value).slice(1, -1);
  const bytes = new TextEncoder().encode(value);
  const encoded = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")).replace(/=+$/, "");
  const lines = value.includes("\n") ? value.split("\n").filter((line) => line.length >= 40) : [];
  const inAddress = /\p{Surrogate}/u.test(value) ? [] : [encodeURIComponent(value)]; // half a letter has no such spelling
  return [...new Set([value, escaped, ...inAddress, encoded.slice(0, -1), ...lines])];
}

function placesOf(spelling: string, joined: JoinedText, texts: readonly string[]): Piece[] {
  const whole = texts.flatMap((text, index) =>
    positionsOf(spelling, text).map((from) => ({ text: index, from, to: from + spelling.length })),
  );
  const wrapped = positionsOf(spelling, joined.text)
    .filter((from) => joined.breaksIn(from, from + spelling.length).length > 0)
    .flatMap((from) => joined.piecesOf(from, from + spelling.length));
  return [...whole, ...wrapped];
}

function positionsOf(part: string, text: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) {
    found.push(at);
  }
  return found;
}

/** Cuts that overlap become one, under the name of the first. */
function mergeCuts(cuts: readonly Cut[]): Cut[] {
  const merged: Cut[] = [];
  for (const cut of [...cuts].filter(({ from, to }) => to > from).sort((a, b) => a.from - b.from || b.to - a.to)) {
    const last = merged.at(-1);
    if (last !== undefined && cut.from < last.to) {
      last.to = Math.max(last.to, cut.to);
    } else {
      merged.push({ ...cut });
    }
  }
  return merged;
}

/** Text of the workspace that looks like a placeholder of ours must not be taken for one. */
function withoutPlaceholders(text: string): string {
  return text.replace(/\[\[(?=secret \d)/g, "[ [");
}
