const subjects = ["the miller", "a courier", "the gardener", "an old sailor", "the baker", "a surveyor", "the clerk"];
const verbs = ["counted", "carried", "sorted", "painted", "measured", "repaired", "borrowed", "labelled"];
const objects = ["lanterns", "crates", "ropes", "kettles", "saddles", "barrels", "ledgers", "windows", "ladders"];
const places = ["near the bridge", "behind the mill", "on the quay", "in the attic", "by the orchard", "at the gate"];

/** Lines of plain text that follow from the seed alone: no two seeds share their beginning. */
export function filler(seed: string, characters: number): string {
  const random = randomFrom(seed);
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)] ?? "";
  let text = "";
  for (let line = 1; text.length < characters; line++) {
    text += `${line}. ${pick(subjects)} ${pick(verbs)} ${2 + Math.floor(random() * 97)} ${pick(objects)} ${pick(places)}.\n`;
  }
  return text;
}

/** A word that no model can guess. */
export function secretWord(seed: string): string {
  const random = randomFrom(seed);
  const letters = Array.from({ length: 6 }, () => "bdfghkmprstvz"[Math.floor(random() * 13)]).join("");
  return `${letters}-${100 + Math.floor(random() * 900)}`;
}

/** Numbers from 0 to 1, the same for the same seed. */
function randomFrom(seed: string): () => number {
  let state = 2166136261;
  for (const char of seed) {
    state = Math.imul(state ^ char.charCodeAt(0), 16777619);
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
