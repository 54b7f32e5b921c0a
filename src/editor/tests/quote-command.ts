/** A command as a person reads it: quoted where a shell would need it, with nothing in it that hides or reorders text. */
export function quoteCommand(words: readonly string[]): string {
  return words.map(quoteWord).join(" ");
}

const plainWord = /^[\w@%+=:,./\\-]+$/;

function quoteWord(word: string): string {
  const visible = showHidden(word);
  if (plainWord.test(visible) && visible === word) {
    return word;
  }
  return `'${visible.replaceAll("'", "'\\''")}'`;
}

/** Control, zero-width and direction-changing characters as \u{…}; a card must not lie about what runs. */
function showHidden(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    if (character === "\n") {
      return "\\n";
    }
    return `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`;
  });
}
