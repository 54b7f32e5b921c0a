const word = /[\p{L}\p{M}\p{N}_]+/gu;
const latin = /\p{Script=Latin}/u;
const lookalike = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u;

/** Words that mix Latin with letters of a script that looks like it (`pаypal` with a Cyrillic а), at most five. */
export function findMixedScripts(text: string): string[] {
  const found = new Set<string>();
  for (const [part] of text.matchAll(word)) {
    if (latin.test(part) && lookalike.test(part)) {
      found.add(part);
    }
    if (found.size === 5) {
      break;
    }
  }
  return [...found];
}
