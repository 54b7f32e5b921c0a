import type { Candidate } from "./model-choice";

/** What else was found on this machine, in a sentence; undefined when there is no choice. */
export function sayFound(candidates: readonly Candidate[]): string | undefined {
  const here = candidates.filter(({ view, trouble }) => view.locality === "machine" && !view.practice && !trouble);
  if (here.length < 2) {
    return undefined;
  }
  const counts = new Map<string, number>();
  for (const { view } of here) {
    counts.set(view.name, (counts.get(view.name) ?? 0) + 1);
  }
  const servers = [...counts].map(([name, count]) => (count === 1 ? `1 in ${name}` : `${count} in ${name}`));
  return `${here.length} models were found: ${join(servers)}.`;
}

function join(words: readonly string[]): string {
  return words.length <= 1 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
