import { ToolFailure } from "../../core/errors";
import { sameBytes, signOf } from "./byte-signs";

/** How bytes become text and back. Encodings are named as VS Code names them. */
export interface Coding {
  decode(bytes: Uint8Array, encoding: string): PromiseLike<string>;
  encode(text: string, encoding: string): PromiseLike<Uint8Array>;
  /** The user's choice for this file, `files.encoding`. */
  chosen(fsPath: string): string;
}

export interface DecodedFile {
  text: string;
  encoding: string;
  /** The text spells exactly these bytes, so that changing a part of it changes no other byte. */
  exact: boolean;
}

/** What a file with bytes that are not UTF-8 most likely is. */
const fallbackEncoding = "windows1252";

/**
 * The text of a file under the first encoding that gives back exactly its bytes. `openAs` is the encoding of an editor that
 * has the file open. Throws `ToolFailure` for bytes that are not text; `name` is what the file is called there.
 */
export async function decodeFile(
  bytes: Uint8Array,
  file: { name: string; fsPath: string; openAs?: string | undefined },
  coding: Coding,
): Promise<DecodedFile> {
  const sign = signOf(bytes);
  if (sign === "binary") {
    throw new ToolFailure(`${file.name} is not a text file.`);
  }
  const guesses = [file.openAs ?? coding.chosen(file.fsPath), coding.chosen(file.fsPath)];
  const candidates =
    sign === "utf8" || sign === "other"
      ? new Set([...guesses, sign === "utf8" ? "utf8" : fallbackEncoding])
      : new Set([sign]);
  let first: DecodedFile | undefined;
  for (const encoding of candidates) {
    const text = await coding.decode(bytes, encoding);
    const exact = sameBytes(await coding.encode(text, encoding), bytes);
    if (exact) {
      return { text, encoding, exact };
    }
    first ??= { text, encoding, exact };
  }
  return first as DecodedFile;
}

/** Bytes for a text, or `ToolFailure` when the encoding cannot spell all of it. */
export async function encodeText(
  text: string,
  file: { name: string; encoding: string },
  coding: Coding,
): Promise<Uint8Array> {
  const bytes = await coding.encode(text, file.encoding);
  if ((await coding.decode(bytes, file.encoding)) !== text) {
    throw new ToolFailure(
      `${file.name} is stored as ${file.encoding}, which cannot hold every character of the new text. Use other characters.`,
    );
  }
  return bytes;
}
