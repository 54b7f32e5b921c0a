import { explainTogether } from "./explain";
import { type EditFailure, failed } from "./failure";
import { findEdit } from "./finder";
import { Searched } from "./searched";
import { cut } from "./show";

/** Replace `oldText` by `newText`. Line ends and the byte order mark do not matter in either. */
export interface TextEdit {
  oldText: string;
  newText: string;
  /** Both texts are whole lines, as in a patch. */
  wholeLines?: boolean;
  /** Lines that stand somewhere above the place, in order, as the `@@` lines of a patch say. */
  below?: readonly string[];
  /** The place is the end of the file. */
  atEnd?: boolean;
  /** Replace every exact occurrence; at least one must be there. */
  everywhere?: boolean;
}

export interface PlaceOptions {
  /** For messages, and to know what three dots mean in such a file. */
  path?: string;
  /** The file as the model last read it: tells a text that is gone from one that never was there. */
  seen?: string;
}

/** `notes` tell the model what was read other than written. */
export type Placed = { ok: true; text: string; notes: string[] } | EditFailure;

/**
 * Applies edits to a text, all of them or none. Each `oldText` is looked for in the same base: exactly, then as whole lines that differ
 * in white space only. It must be there once; nothing is ever applied because it looks similar. Line ends, byte order mark and a
 * missing final newline stay as they are.
 */
export function placeEdits(base: string, edits: readonly TextEdit[], options: PlaceOptions = {}): Placed {
  if (edits.length === 0) {
    return failed("bad_call", "There is no edit in this call. Send at least one pair of old_text and new_text.");
  }
  const searched = new Searched(base);
  const { source } = searched;
  const found = edits.map((edit) => findEdit(searched, edit, options));
  const failures = found.flatMap((each, index) => (each.ok ? [] : [{ ...each, index }]));
  if (failures.length > 0) {
    return joinFailures(explainTogether(failures, edits), edits.length);
  }
  const changes = found.flatMap((each, index) => (each.ok ? each.splices.map((splice) => ({ ...splice, index })) : []));
  changes.sort((left, right) => left.start - right.start || left.end - right.end);
  for (const [at, change] of changes.entries()) {
    const next = changes[at + 1];
    if (next && next.start < change.end) {
      const line = source.lineAt(next.start);
      return failed(
        "overlap",
        `Edits ${listTwo(change.index, next.index)} both change line ${line + 1} (${cut((source.lines[line] ?? "").trim())}). Join them into one edit. Nothing was changed.`,
      );
    }
  }
  const text = source.splice(changes);
  if (text === base) {
    return failed(
      "no_change",
      "old_text and new_text are the same: the file would stay as it is. Nothing was changed.",
    );
  }
  return { ok: true, text, notes: found.flatMap((each) => (each.ok ? each.notes : [])) };
}

function listTwo(left: number, right: number): string {
  return `${Math.min(left, right) + 1} and ${Math.max(left, right) + 1}`;
}

function joinFailures(failures: readonly (EditFailure & { index: number })[], total: number): EditFailure {
  const [first] = failures as [EditFailure & { index: number }];
  const named = failures.map(({ index, failure }) =>
    total > 1 ? `Edit ${index + 1} of ${total}: ${failure}` : failure,
  );
  const others = total > 1 && failures.length < total ? " The other edits of this call were not applied either." : "";
  return failed(first.kind, `${named.join("\n\n")}\nNothing was changed.${others}`);
}
