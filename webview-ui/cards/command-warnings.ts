import { hidesSomething } from "../text/escape-text";
import { findMixedScripts } from "../text/mixed-scripts";

/** What makes a command harder to read than it looks. Each is one sentence. */
export function warnAboutCommand(command: string): string[] {
  const warnings: string[] = [];
  if (hidesSomething(command)) {
    warnings.push("It holds characters that cannot be seen; they are shown as ⟨U+…⟩.");
  }
  const mixed = findMixedScripts(command);
  if (mixed.length > 0) {
    warnings.push(`Letters of different scripts are mixed in: ${mixed.join(", ")}.`);
  }
  const spaces = longest(command, / {20,}/g);
  if (spaces > 0) {
    warnings.push(`It holds a run of ${spaces} spaces; read to the end.`);
  }
  const blank = longest(command, /\n(?:[ \t]*\n){4,}/g);
  if (blank > 0) {
    warnings.push("It holds many blank lines; read to the end.");
  }
  return warnings;
}

function longest(text: string, pattern: RegExp): number {
  return Math.max(0, ...[...text.matchAll(pattern)].map((match) => match[0].length));
}
