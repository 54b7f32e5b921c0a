import { type EditFailure, failed } from "./failure";
import { findOmission } from "./lazy";
import { isBlank } from "./lines";
import { insideFence, isProse, withoutLineNumbers } from "./readings";
import { cut } from "./show";
import { Source, withNewlines } from "./source";

/**
 * A whole file as the model wrote it, made fit for the file that is there: its line ends, byte order mark and missing or present final
 * newline stay. `base` is undefined for a new file. Content that leaves code out is refused.
 */
export function rewriteFile(
  base: string | undefined,
  content: string,
  path: string,
): { ok: true; text: string; notes: string[] } | EditFailure {
  const notes: string[] = [];
  const source = new Source(base ?? "");
  let text = base === undefined ? content : withNewlines(content.replace(/^\uFEFF/, ""));
  const unfenced = isProse(path) ? undefined : insideFence(withNewlines(text));
  if (unfenced !== undefined) {
    text = `${unfenced}\n`;
    notes.push("The code fence around the content was taken off.");
  }
  const unnumbered = base === undefined ? undefined : withoutCopiedNumbers(text, source);
  if (unnumbered !== undefined) {
    text = unnumbered;
    notes.push("Line numbers in the content were taken off.");
  }
  const omission = findOmission(text, source.lines, path);
  if (omission) {
    return failed(
      "lazy",
      `The content leaves code out: its line ${omission.line + 1} is "${cut(omission.text)}". write_file replaces the whole file, so that code would be lost. Send every line, or use edit_file for the lines that change. Nothing was changed.`,
    );
  }
  if (base === undefined) {
    return { ok: true, text, notes };
  }
  const target = source.splice([{ start: 0, end: source.text.length, text: withFinalNewlineOf(source.text, text) }]);
  return target === base
    ? failed("no_change", `The content is what ${path} holds already. Nothing was changed.`)
    : { ok: true, text: target, notes };
}

/** An empty file or an emptied one has no habit to keep. */
function withFinalNewlineOf(before: string, after: string): string {
  if (before === "" || after === "" || before.endsWith("\n") === after.endsWith("\n")) {
    return after;
  }
  return before.endsWith("\n") ? `${after}\n` : after.replace(/\n$/, "");
}

/** Numbers as a reading tool prints them: most lines behind them are the file's own. */
function withoutCopiedNumbers(text: string, source: Source): string | undefined {
  const bare = withoutLineNumbers(text);
  if (bare === undefined || withoutLineNumbers(source.text) !== undefined) {
    return undefined;
  }
  const known = new Set(source.lines);
  const full = bare.split("\n").filter((line) => !isBlank(line));
  return full.filter((line) => known.has(line)).length * 2 >= full.length ? bare : undefined;
}
