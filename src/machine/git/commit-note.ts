import { readFile, rename, stat, writeFile } from "node:fs/promises";
import * as nodePath from "node:path";
import * as z from "zod";
import { isRunning, ownIdentity, ProcessIdentity } from "../journal/process-identity";

const Entry = z.object({ mode: z.string(), blob: z.string() });

const Note = z.object({
  owner: ProcessIdentity,
  /** The commit before ours; absent before the first one. */
  head: z.string().optional(),
  /** What tells our lock of the index from another one. */
  lock: z.string().optional(),
  planned: z.array(z.object({ path: z.string(), head: Entry.optional(), wanted: Entry.optional() })),
});
export type Note = z.infer<typeof Note>;

const noteName = "note.json";

/** A note in our folder beside the index, for the time of a commit, so that one that was cut off can be cleared up. */
export async function writeNote(folder: string, note: Omit<Note, "owner">): Promise<void> {
  const path = nodePath.join(folder, noteName);
  const draft = `${path}.draft`;
  await writeFile(draft, JSON.stringify({ ...note, owner: await ownIdentity() }), { mode: 0o600 });
  await rename(draft, path);
}

/** The note of a commit that was cut off; undefined when there is none, or its process still runs. */
export async function readAbandonedNote(folder: string): Promise<Note | undefined> {
  try {
    const note = Note.safeParse(JSON.parse(await readFile(nodePath.join(folder, noteName), "utf8"))).data;
    return note !== undefined && !(await isRunning(note.owner)) ? note : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

/** What tells one file at a path from a later one; undefined when none is there. */
export async function signOf(path: string): Promise<string | undefined> {
  try {
    const { ino, birthtimeNs } = await stat(path, { bigint: true });
    return `${ino} ${birthtimeNs}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}
