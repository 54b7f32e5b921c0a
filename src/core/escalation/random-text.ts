/** Bits per character, from how often each character occurs. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) {
    counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  let bits = 0;
  for (const count of counts.values()) {
    const share = count / text.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}

const fillers =
  /^(?:x{3,}|\*{3,}|\.{3,}|-{3,}|_{3,}|0{4,}|1234(?:5(?:6(?:78?9?0?)?)?)?|a?bcd?e?f?|foo(?:bar)?|bar|baz|qux|test(?:ing|user)?|demo|dummy|fake|mock|sample|example|placeholder|change[_-]?(?:me|it|this)|todo|tbd|n\/a|none|user(?:name)?|pass(?:word|wd)?|secret|token|key|api[_-]?key|your[_-].*|my[_-](?:secret|password|token|key)|<.*>|\[.*\]|insert[_-].*|replace[_-].*|some[_-].*|the[_-].*)$/i;

/** What people write where a secret would stand. */
export function isFiller(value: string): boolean {
  return fillers.test(value) || /^(.)\1*$/u.test(value);
}

/** Letters and digits, or letters with signs between them that no word of a program has. */
export function looksMixed(value: string): boolean {
  const digits = /\d/.test(value);
  const letters = /[A-Za-z]/.test(value);
  const signs = /[^A-Za-z0-9_.:/\\-]/.test(value);
  return (
    letters && (digits || signs) && !/^[a-z]+(?:[-_.:/][a-z0-9]+)+$/.test(value) && !/^[A-Za-z]+\d{1,2}$/.test(value)
  );
}

const candidate = /[A-Za-z0-9+/_=-]{32,}/g;
const knownSums =
  /(?:sha(?:1|224|256|384|512)|md5|integrity|nonce|h1|hash|digest|checksum|etag)["']?\s{0,3}[-:=]\s{0,3}["']?$/i;
const hashes = /^(?:[0-9a-f]+|[0-9A-F]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Long runs that look drawn at random and are neither a checksum nor words of a program. */
export function findRandom(text: string): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const match of text.matchAll(candidate)) {
    const before = text.slice(Math.max(0, match.index - 24), match.index);
    if (looksRandom(match[0]) && !knownSums.test(before) && !/^sha\d{1,3}-/.test(match[0])) {
      found.push({ from: match.index, to: match.index + match[0].length });
    }
  }
  return found;
}

function looksRandom(value: string): boolean {
  if (hashes.test(value) || value.length > 4_096) {
    return false;
  }
  if (!/\d/.test(value) || !/[a-z]/.test(value) || !/[A-Z]/.test(value)) {
    return false;
  }
  const longest = Math.max(...value.split(/[-_/+=]/).map((part) => part.length));
  return longest >= 16 && entropy(value) >= 4.2 && changes(value) >= 0.25 && !isMadeOfWords(value);
}

/** How often neighbours are of different kinds: lower case, upper case, digit, sign. */
function changes(value: string): number {
  let count = 0;
  for (let index = 1; index < value.length; index++) {
    count += classOf(value.charAt(index)) === classOf(value.charAt(index - 1)) ? 0 : 1;
  }
  return count / (value.length - 1);
}

function classOf(character: string): number {
  return /[a-z]/.test(character) ? 0 : /[A-Z]/.test(character) ? 1 : /\d/.test(character) ? 2 : 3;
}

/** `getElementById2/someOtherName`: most letters stand in runs of lower case. */
function isMadeOfWords(value: string): boolean {
  const inWords = (value.match(/[A-Z]?[a-z]{3,}/g) ?? []).join("").length;
  return inWords / value.length > 0.6;
}
