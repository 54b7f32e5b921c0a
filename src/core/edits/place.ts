export interface TextEdit {
  oldText: string;
  newText: string;
}

export type Placed = { ok: true; text: string; notes: string[] } | { ok: false; failure: string };

/**
 * Applies edits to a text, all of them or none. Every `oldText` is looked for in the same base and must stand there exactly
 * once. `failure` is written for the model: what was wrong, and what to send instead.
 */
export function placeEdits(
  base: string,
  edits: readonly TextEdit[],
  options: { path?: string; seen?: string } = {},
): Placed {
  const name = options.path ?? "the file";
  const found: { start: number; end: number; newText: string }[] = [];
  for (const { oldText, newText } of edits) {
    const start = base.indexOf(oldText);
    if (oldText === "" || start < 0) {
      return { ok: false, failure: `old_text was not found in ${name}. Nothing was changed.` };
    }
    if (base.indexOf(oldText, start + 1) >= 0) {
      return {
        ok: false,
        failure: `old_text is in several places of ${name}: add lines around it. Nothing was changed.`,
      };
    }
    found.push({ start, end: start + oldText.length, newText });
  }
  found.sort((left, right) => left.start - right.start);
  let text = "";
  let at = 0;
  for (const { start, end, newText } of found) {
    if (start < at) {
      return { ok: false, failure: `Two edits of ${name} overlap: join them into one. Nothing was changed.` };
    }
    text += base.slice(at, start) + newText;
    at = end;
  }
  return { ok: true, text: text + base.slice(at), notes: [] };
}
