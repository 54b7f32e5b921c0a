import { existsSync, readFileSync } from "node:fs";
import * as z from "zod";
import { applyFileCall } from "../src/core/edits/apply-call";
import type { EditFailureKind } from "../src/core/edits/failure";
import { readEditCall } from "../src/core/edits/read-call";
import { ToolFailure } from "../src/core/errors";
import { parseJson } from "../src/core/json";
import { type DecodedFile, decodeFile, encodeText } from "../src/editor/files/coding";
import { fakeCoding } from "../test/fakes/coding";
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

/** The bytes of the file are no text, or none that VS Code could write back; or they cannot spell the new text. */
type CorpusFailureKind = EditFailureKind | "not_text" | "left_alone" | "cannot_encode";

/** `bytesBase64` is null when the call deletes the file. */
export type CorpusResult =
  | { applied: true; bytesBase64: string | null; movedTo?: string; notes: string[] }
  | { applied: false; kind: CorpusFailureKind; failure: string };

const coding = fakeCoding();

/** Applies one call to one file's bytes, as the agent would. */
export async function applyToBytes({ file, call, seenBase64 }: CorpusCase): Promise<CorpusResult> {
  const before = typeof file.bytesBase64 === "string" ? await decoded(file.path, file.bytesBase64) : undefined;
  if (before instanceof ToolFailure) {
    return refused("not_text", before.message);
  }
  if (before?.exact === false) {
    return refused("left_alone", `${file.path} is not stored as plain ${before.encoding}, so it is left alone.`);
  }
  const read = readEditCall(call);
  if (!read.ok) {
    return refused(read.kind, read.failure);
  }
  const [only] = read.files;
  if (!only || read.files.length > 1) {
    return refused("bad_call", "The call changes several files, and there is one.");
  }
  const seen = seenBase64 === undefined ? undefined : await decoded(file.path, seenBase64);
  if (seen instanceof ToolFailure) {
    return refused("not_text", seen.message);
  }
  const path = only.path === "" ? file.path : only.path;
  const applied = applyFileCall(before?.text, { ...only, path }, seen?.text);
  if (!applied.ok) {
    return refused(applied.kind, applied.failure);
  }
  const bytes =
    applied.text === undefined ? undefined : await encoded(file.path, applied.text, before?.encoding ?? "utf8");
  if (bytes instanceof ToolFailure) {
    return refused("cannot_encode", bytes.message);
  }
  const moved = applied.moveTo === undefined ? {} : { movedTo: applied.moveTo };
  return {
    applied: true,
    bytesBase64: bytes ? Buffer.from(bytes).toString("base64") : null,
    notes: applied.notes,
    ...moved,
  };
}

function decoded(path: string, bytesBase64: string): Promise<DecodedFile | ToolFailure> {
  return decodeFile(Buffer.from(bytesBase64, "base64"), { name: path, fsPath: path }, coding).catch(asFailure);
}

function encoded(path: string, text: string, encoding: string): Promise<Uint8Array | ToolFailure> {
  return encodeText(text, { name: path, encoding }, coding).catch(asFailure);
}

function asFailure(error: unknown): ToolFailure {
  if (error instanceof ToolFailure) {
    return error;
  }
  throw error;
}

function refused(kind: CorpusFailureKind, failure: string): CorpusResult {
  return { applied: false, kind, failure };
}

/**
 * `--corpus FILE`: reads JSON lines {file, call} and prints JSON lines {applied, bytesBase64 | failure}. Without it: the fuzz (`--runs N`,
 * `--seed N`), then reviews of 500 hunks.
 */
export async function runEditBench(argv: readonly string[]): Promise<number> {
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

async function answerCorpus(path: string): Promise<number> {
  if (!existsSync(path)) {
    console.error(`There is no file ${path}. Give the path of a file of JSON lines after --corpus.`);
    return 1;
  }
  for (const line of readFileSync(path, "utf8").split("\n")) {
    if (line.trim() !== "") {
      console.log(JSON.stringify(await resultOf(line)));
    }
  }
  return 0;
}

/** One answer for each line, also for one that is no case. */
async function resultOf(line: string): Promise<CorpusResult> {
  const read = CorpusCase.safeParse(parseJson(line));
  return read.success
    ? applyToBytes(read.data)
    : refused("bad_call", `The line is no case {file: {path, bytesBase64}, call}: ${z.prettifyError(read.error)}`);
}
