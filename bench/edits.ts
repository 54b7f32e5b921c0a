import { existsSync, readFileSync } from "node:fs";
import * as z from "zod";
import { applyFileCall } from "../src/core/edits/apply-call";
import { type DecodedText, decode, encode } from "../src/core/edits/encoding";
import type { EditFailureKind } from "../src/core/edits/failure";
import { readEditCall } from "../src/core/edits/read-call";
import { fuzzEdits } from "./edits-fuzz";
import { measureReview } from "./edits-review";

/** A line of a corpus: the file's bytes, absent when there is no such file, and the arguments of the tool call. */
const CorpusCase = z.object({
  file: z.object({ path: z.string(), bytesBase64: z.base64().nullish() }),
  call: z.unknown(),
  /** The file as the model last read it, when that differs. */
  seenBase64: z.base64().optional(),
});
export type CorpusCase = z.infer<typeof CorpusCase>;

/** `bytesBase64` is null when the call deletes the file. */
export type CorpusResult =
  | { applied: true; bytesBase64: string | null; movedTo?: string; notes: string[] }
  | { applied: false; kind: EditFailureKind; failure: string };

/** Applies one call to one file's bytes, as the agent would. */
export function applyToBytes({ file, call, seenBase64 }: CorpusCase): CorpusResult {
  const isThere = typeof file.bytesBase64 === "string";
  const before = isThere ? decode(Buffer.from(file.bytesBase64 ?? "", "base64")) : newFile;
  if (!before) {
    return refused("not_text", `${file.path} is not a text file. Nothing was changed.`);
  }
  const read = readEditCall(call);
  if (!read.ok) {
    return refused(read.kind, read.failure);
  }
  const [only] = read.files;
  if (!only || read.files.length > 1) {
    return refused("bad_call", "The call changes several files, and there is one.");
  }
  const seen = seenBase64 === undefined ? undefined : decode(Buffer.from(seenBase64, "base64"))?.text;
  const path = only.path === "" ? file.path : only.path;
  const applied = applyFileCall(isThere ? before.text : undefined, { ...only, path }, seen);
  if (!applied.ok) {
    return refused(applied.kind, applied.failure);
  }
  const bytes = applied.text === undefined ? undefined : encode({ ...before, text: applied.text });
  if (applied.text !== undefined && !bytes) {
    return refused(
      "cannot_encode",
      `The new text has characters that the encoding of ${file.path} (${before.encoding}) lacks. Nothing was changed.`,
    );
  }
  const moved = applied.moveTo === undefined ? {} : { movedTo: applied.moveTo };
  return {
    applied: true,
    bytesBase64: bytes ? Buffer.from(bytes).toString("base64") : null,
    notes: applied.notes,
    ...moved,
  };
}

const newFile: DecodedText = { text: "", encoding: "utf8", bom: false };

function refused(kind: EditFailureKind, failure: string): CorpusResult {
  return { applied: false, kind, failure };
}

/**
 * `--corpus FILE`: reads JSON lines {file, call} and prints JSON lines {applied, bytesBase64 | failure}. Without it: the fuzz (`--runs N`,
 * `--seed N`), then reviews of 500 hunks.
 */
export function runEditBench(argv: readonly string[]): number {
  const option = (name: string) => argv[argv.indexOf(name) + 1];
  if (argv.includes("--corpus")) {
    return answerCorpus(option("--corpus") ?? "");
  }
  const report = fuzzEdits(
    Number(argv.includes("--runs") ? option("--runs") : 100_000),
    Number(argv.includes("--seed") ? option("--seed") : 1),
  );
  console.log(`edits: ${JSON.stringify({ seed: report.seed, ...report.total, kinds: report.kinds })}`);
  console.table(report.byPerturbation);
  for (const lines of [2_000, 20_000, 110_000]) {
    console.log(`review: ${JSON.stringify(measureReview(500, lines))}`);
  }
  return report.total.wrong === 0 ? 0 : 1;
}

function answerCorpus(path: string): number {
  if (!existsSync(path)) {
    console.error(`There is no file ${path}. Give the path of a file of JSON lines after --corpus.`);
    return 1;
  }
  for (const line of readFileSync(path, "utf8").split("\n")) {
    if (line.trim() !== "") {
      console.log(JSON.stringify(resultOf(line)));
    }
  }
  return 0;
}

/** One answer for each line, also for one that is no case. */
function resultOf(line: string): CorpusResult {
  const read = CorpusCase.safeParse(parseJson(line));
  return read.success
    ? applyToBytes(read.data)
    : refused("bad_call", `The line is no case {file: {path, bytesBase64}, call}: ${z.prettifyError(read.error)}`);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}
