/** Ranges of characters that a person cannot see, or that change what they see. */
const invisibleRanges = [
  "\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f", // control characters but for tab and line feed
  "\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u2800\\u3164\\uffa0", // soft hyphen, joiners, fillers
  "\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff0-\\ufffb", // zero width, bidirectional overrides, marks
  "\\ufe00-\\ufe0f\\u{e0000}-\\u{e0fff}", // variation selectors and tags
  "\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\p{Cs}", // format controls, lone surrogates
];
const invisible = new RegExp(`[${invisibleRanges.join("")}]`, "gu");

const emojiBefore = /[\p{Extended_Pictographic}#*0-9]$/u;

/** Writes every character that cannot be seen as `⟨U+202E⟩`. Line feeds and tabs stay as they are. */
export function escapeText(text: string): string {
  return text.replace(invisible, (found, offset: number) =>
    isEmojiStyle(found, text, offset) ? found : nameOf(found),
  );
}

/** True when `escapeText` would change the text. */
export function hidesSomething(text: string): boolean {
  return escapeText(text) !== text;
}

/** The parts of an escaped text: what was written, and the names of what cannot be seen. */
export function splitEscapes(text: string): { text: string; isEscape: boolean }[] {
  const parts: { text: string; isEscape: boolean }[] = [];
  let from = 0;
  for (const match of text.matchAll(invisible)) {
    if (isEmojiStyle(match[0], text, match.index)) {
      continue;
    }
    if (match.index > from) {
      parts.push({ text: text.slice(from, match.index), isEscape: false });
    }
    parts.push({ text: nameOf(match[0]), isEscape: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) {
    parts.push({ text: text.slice(from), isEscape: false });
  }
  return parts;
}

/** U+FE0F directly after an emoji only asks for its coloured form. */
function isEmojiStyle(found: string, text: string, offset: number): boolean {
  return found === "\ufe0f" && emojiBefore.test(text.slice(Math.max(0, offset - 2), offset));
}

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}
