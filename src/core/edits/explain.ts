import { type EditFailure, failed } from "./failure";
import { findByLines, findExact, keyOf, trimBlankLines } from "./find";
import { fileChange } from "./hunks";
import { findOmission } from "./lazy";
import { describeNearest, findNearest } from "./nearest";
import type { PlaceOptions, TextEdit } from "./place";
import { otherReadings } from "./readings";
import type { Searched } from "./searched";
import { cut } from "./show";
import { Source } from "./source";

/** Why the old text is nowhere, and what to send instead. */
export function explainNotFound(searched: Searched, edit: TextEdit, options: PlaceOptions): EditFailure {
  const { source, keys } = searched;
  const name = options.path ?? "the file";
  const wanted = (otherReadings(edit.oldText, edit.newText)[0]?.oldText ?? edit.oldText).split("\n");
  const nearest = findNearest(keys, wanted);
  const near = nearest ? describeNearest(source, nearest, wanted) : "No line of the file looks like it.";
  const applied = lineOfApplied(searched, edit);
  if (applied !== undefined) {
    return failed(
      "already_applied",
      `old_text is not in ${name}, and new_text stands at line ${applied + 1} already: this edit seems to be applied. If you meant another place, read the file again.`,
    );
  }
  const changes = changesSinceSeen(source, edit, options);
  if (changes !== undefined) {
    return failed(
      "changed_since_read",
      `${name} changed since you read it, and old_text is no longer in it. What changed:\n${changes}\nSend the edit again for the file as it is now.`,
    );
  }
  return failed("not_found", `old_text was not found in ${name}. ${near}${hint(source, edit)}`);
}

/** The line where the whole new text stands already, when it says enough to be told from chance. */
function lineOfApplied({ source, keys }: Searched, edit: TextEdit): number | undefined {
  const readings = [edit, ...otherReadings(edit.oldText, edit.newText)];
  for (const reading of readings) {
    if (!("newText" in reading)) {
      continue;
    }
    const { lines } = trimBlankLines(reading.newText.split("\n"));
    const says = lines.map(keyOf).join("");
    if (says.length < 6 || reading.oldText.includes(reading.newText.trim())) {
      continue;
    }
    const [run] = findByLines(keys, lines);
    if (run) {
      return run.first;
    }
    const [place] = says.length < 12 ? [] : findExact(source, reading.newText, false);
    if (place) {
      return source.lineAt(place.start);
    }
  }
  return undefined;
}

const shownChanges = 40;

/** What happened to the file since the model read it, if the old text was in it then. */
function changesSinceSeen(source: Source, edit: TextEdit, options: PlaceOptions): string | undefined {
  if (options.seen === undefined) {
    return undefined;
  }
  const before = new Source(options.seen);
  const wasThere =
    findExact(before, edit.oldText, edit.wholeLines ?? false).length > 0 ||
    findByLines(before.lines.map(keyOf), trimBlankLines(edit.oldText.split("\n")).lines).length > 0;
  if (!wasThere || before.text === source.text) {
    return undefined;
  }
  const lines = fileChange("", before.text, source.text).hunks.flatMap((hunk) => [
    `@@ line ${hunk.newStart} @@`,
    ...hunk.lines.map(cut),
  ]);
  return lines.length <= shownChanges ? lines.join("\n") : `${lines.slice(0, shownChanges).join("\n")}\n…`;
}

function hint(source: Source, { oldText }: TextEdit): string {
  const omission = findOmission(oldText, source.lines);
  if (omission) {
    return `\nold_text leaves lines out ("${cut(omission.text)}"): it must hold every line it spans.`;
  }
  if (oldText.includes("\n") && source.text.includes(oldText.trim().replaceAll("\n", "\\n"))) {
    return "\nThe file holds a backslash followed by n where old_text has a line break: write it as \\\\n in the JSON.";
  }
  return "\nCopy the lines exactly as they are in the file.";
}

/** Failures of a whole call: an edit that was written for the result of another one is told so. */
export function explainTogether(
  failures: readonly (EditFailure & { index: number })[],
  edits: readonly TextEdit[],
): (EditFailure & { index: number })[] {
  return failures.map((failure) => {
    const oldText = edits[failure.index]?.oldText ?? "";
    const writer = edits.findIndex(
      (other, index) => index !== failure.index && oldText.trim() !== "" && other.newText.includes(oldText.trim()),
    );
    if (failure.kind !== "not_found" || writer < 0) {
      return failure;
    }
    return {
      ...failed(
        "depends_on_other_edit",
        `old_text is not in the file, it is only in what edit ${writer + 1} writes. All edits of a call are looked for in the file as it was before: join the two into one edit.`,
      ),
      index: failure.index,
    };
  });
}
