import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as nodePath from "node:path";
import type { Git } from "./git";

/** The name of a blob in the repository. */
export type Blob = string;

/**
 * What `ours` becomes when the change from `base` to `theirs` is made to it, as a blob; undefined when that change touches
 * lines that differ in `ours`. Undefined blobs stand for no file.
 */
export async function withChange(
  git: Git,
  base: Blob | undefined,
  ours: Blob | undefined,
  theirs: Blob | undefined,
): Promise<{ blob: Blob | undefined } | undefined> {
  if (ours === base || ours === theirs) {
    return { blob: theirs };
  }
  if (base === undefined || ours === undefined || theirs === undefined) {
    return undefined;
  }
  const folder = await mkdtemp(nodePath.join(tmpdir(), "hearth-merge-"));
  try {
    const files = await Promise.all(
      [ours, base, theirs].map(async (blob, index) => {
        const file = nodePath.join(folder, `${index}`);
        await writeFile(file, (await git.run(["cat-file", "blob", blob])).output, { mode: 0o600 });
        return file;
      }),
    );
    const merged = await git.run(["merge-file", "-p", "--quiet", ...files], { accept: conflictOrBinary });
    return merged.code === 0 ? { blob: await writeBlob(git, merged.output) } : undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The number of conflicts, at most 127; 255 for contents that are not text. */
const conflictOrBinary = [...Array.from({ length: 127 }, (_, index) => index + 1), 255];

/** Stores content as it is. */
export function writeBlob(git: Git, content: Uint8Array): Promise<Blob> {
  return git.text(["hash-object", "-w", "--stdin", "--no-filters"], { input: content });
}

/** Stores the content of a file of the work tree as a commit would: line ends and filters of its path applied. */
export function writeFileBlob(git: Git, path: string, content: Uint8Array): Promise<Blob> {
  return git.text(["hash-object", "-w", "--stdin", `--path=${path}`], { input: content });
}
