import { JoinedText } from "./joined-text";
import { findNamed, findQuoted } from "./named-secrets";
import { findRandom } from "./random-text";
import { type TokenKind, tokenKinds } from "./token-kinds";

/** A secret and where it stands: a wrapped one in several pieces, which may be in several texts. */
export interface FoundSecret {
  /** As people call it: “GitHub token”. */
  name: string;
  value: string;
  pieces: Piece[];
}

export interface Piece {
  text: number;
  from: number;
  to: number;
}

const patterns = tokenKinds.map((kind) => ({
  kind,
  pattern: new RegExp(`(${kind.begins})${kind.body}{${kind.atLeast},}`, "g"),
}));

/** Every secret in these texts, which follow one another as in a conversation. Later ones may overlap earlier ones. */
export function findSecrets(texts: readonly string[]): FoundSecret[] {
  const joined = new JoinedText(texts);
  const others = [new JoinedText(texts, 1), new JoinedText(texts, 0)];
  const readings = [joined, ...others.filter(({ text }) => text !== joined.text)];
  return [
    ...texts.flatMap((text, index) => findPrivateKeys(text, index)),
    ...patterns.flatMap(({ kind, pattern }) => readings.flatMap((reading) => findTokens(reading, kind, pattern))),
    ...findQuoted(joined.text).map(({ name, from, to }) => inJoined(joined, name, from, to)),
    ...texts.flatMap((text, index) => findNamed(text).map(({ name, from, to }) => inText(text, index, name, from, to))),
    ...texts.flatMap((text, index) =>
      findRandom(text).map(({ from, to }) => inText(text, index, "random value", from, to)),
    ),
  ];
}

function findTokens(joined: JoinedText, kind: TokenKind, pattern: RegExp): FoundSecret[] {
  const found: FoundSecret[] = [];
  for (const match of joined.text.matchAll(pattern)) {
    const [whole, begins = ""] = match;
    const from = match.index;
    if (kind.standsAlone && /[A-Za-z0-9_]/.test(joined.before(from))) {
      continue;
    }
    const end = from + whole.length;
    const wholeAt = from + begins.length + kind.whole;
    found.push(inJoined(joined, kind.name, from, endOf(joined, from, end, wholeAt)));
  }
  return found;
}

/** A token that is whole at the end of a line goes on in the next one only when that does not begin with a word. */
function endOf(joined: JoinedText, from: number, to: number, wholeAt: number): number {
  const edges = [...joined.breaksIn(from, to), to];
  const last = edges.findIndex(
    (at, index) => at >= wholeAt && at < to && !continues(joined.text.slice(at, edges[index + 1])),
  );
  return edges[last] ?? to;
}

function continues(piece: string): boolean {
  return piece.length >= 10 && /\d|[a-z][A-Z]|[A-Z]{2}[a-z]/.test(piece);
}

const keyBegins = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const keyEnds = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const keyLine = /^[^A-Za-z0-9+/=\n]{0,12}(?:\d{1,6}[:|\t][ \t]*)?[A-Za-z0-9+/=]{16,}[^A-Za-z0-9+/=\n]{0,8}$/;
/** The last line of a key, and the checksum below it, may be short. */
const shortKeyLine = /^[^A-Za-z\n]{0,12}[A-Za-z0-9+/=]{1,15}$/;
const longestKey = 40_000;

/** Private keys, also those of which only the beginning or the end was read. */
function findPrivateKeys(text: string, index: number): FoundSecret[] {
  const ends = [...text.matchAll(keyEnds)].map((match) => ({ from: match.index, to: match.index + match[0].length }));
  const found: FoundSecret[] = [];
  let done = 0;
  for (const match of text.matchAll(keyBegins)) {
    const from = match.index;
    if (from < done) {
      continue;
    }
    const end = ends.find((each) => each.from > from && each.from - from < longestKey);
    done = end?.to ?? forward(text, from + match[0].length);
    found.push(inText(text, index, "private key", from, done));
  }
  for (const end of ends) {
    if (!found.some(({ pieces }) => pieces.some((piece) => piece.from <= end.from && piece.to >= end.to))) {
      found.push(inText(text, index, "private key", backward(text, end.from), end.to));
    }
  }
  return found;
}

function forward(text: string, from: number): number {
  let end = from;
  for (const line of text.slice(from, from + longestKey).split("\n")) {
    const isHead = end === from && line.trim() === "";
    if (!isHead && !keyLine.test(line) && !/^[^\w\n]{0,8}(?:Proc-Type|DEK-Info|Version|Comment|$)/.test(line)) {
      break;
    }
    end += line.length + 1;
  }
  return Math.min(end, text.length);
}

function backward(text: string, to: number): number {
  let start = to;
  const before = text.slice(Math.max(0, to - longestKey), to).split("\n");
  before.pop();
  for (const line of before.reverse()) {
    if (!keyLine.test(line) && !shortKeyLine.test(line)) {
      break;
    }
    start -= line.length + 1;
  }
  return Math.max(0, start);
}

function inJoined(joined: JoinedText, name: string, from: number, to: number): FoundSecret {
  return { name, value: joined.text.slice(from, to), pieces: joined.piecesOf(from, to) };
}

function inText(text: string, index: number, name: string, from: number, to: number): FoundSecret {
  return { name, value: text.slice(from, to), pieces: [{ text: index, from, to }] };
}
