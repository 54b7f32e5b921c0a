import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { applyToBytes, type CorpusResult } from "../../../bench/edits";

/** A case: a file as text (UTF-8) or as bytes, a call, and the required text, bytes, deletion or kind of failure. */
interface Case {
  name: string;
  file: { path: string; text?: string; bytesBase64?: string };
  call: unknown;
  seen?: string;
  text?: string;
  bytesBase64?: string;
  deleted?: true;
  failure?: string;
}

const folder = new URL("../../../test/fixtures/edits/", import.meta.url);

for (const name of readdirSync(folder)) {
  describe(`edit corpus, ${name.replace(".jsonl", "")}`, () => {
    const lines = readFileSync(new URL(name, folder), "utf8").split("\n").filter(Boolean);
    test.each(lines.map((line) => JSON.parse(line) as Case))("$name", async (each) => {
      const { path, text, bytesBase64 } = each.file;
      const file = { path, bytesBase64: text === undefined ? (bytesBase64 ?? null) : base64(text) };
      const seen = each.seen === undefined ? {} : { seenBase64: base64(each.seen) };

      const result = await applyToBytes({ file, call: each.call, ...seen });

      expect(shown(result)).toEqual(required(each));
    });
  });
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

function required({ text, bytesBase64, failure }: Case): unknown {
  return failure ? { failure } : (text ?? (bytesBase64 === undefined ? null : bytes(bytesBase64)));
}

/** UTF-8 as text, so that a difference can be read; other bytes as they are. */
function shown(result: CorpusResult): unknown {
  if (!result.applied) {
    return { failure: result.kind };
  }
  return result.bytesBase64 === null ? null : bytes(result.bytesBase64);
}

function bytes(encoded: string): string {
  const raw = Buffer.from(encoded, "base64");
  const text = raw.toString("utf8");
  return Buffer.from(text, "utf8").equals(raw) ? text : raw.toString("latin1");
}
