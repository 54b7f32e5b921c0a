import { access, constants, lchown, link, lstat, open, rename, rm, symlink, unlink } from "node:fs/promises";
import * as nodePath from "node:path";
import { AgentError } from "../../core/errors";
import { syncFolder } from "../durable";
import { isMissing } from "../is-missing";
import { AnchoredFolder, makeFolder, removeEmptyFolders } from "./anchored-folder";
import { backName, draftName } from "./draft-names";
import { capture, type FileState, sameState } from "./file-state";

/** A file to be brought from one state to another. `path` is absolute and has no links in it. */
export interface StateChange {
  path: string;
  from: FileState;
  to: FileState;
  /** The outermost folder that goes with the file when it is removed, as far as it is empty then. */
  madeFolder?: string | undefined;
}

export interface Applying {
  /** Names the temporary files, so that they are found again after a crash. */
  id: string;
  changes: readonly StateChange[];
  read(hash: string): Promise<Buffer>;
  maxBytes: number;
  /** Called before each thing that touches the disk; tests end the process here. */
  step(name: string): Promise<void> | void;
}

interface Prepared {
  change: StateChange;
  folder: AnchoredFolder;
  name: string;
  draft: string | undefined;
  made: string[];
}

/**
 * Brings all files to their new state, or, when that fails for one, none: each is replaced at once by a rename, never
 * written in place (so a hard link to a file keeps the old content). Throws `AgentError` "file_changed" when one is not as
 * it was expected, "file_not_written" when the system refuses.
 */
export async function applyStates(applying: Applying): Promise<void> {
  const prepared: Prepared[] = [];
  const placed: Prepared[] = [];
  try {
    for (const change of applying.changes) {
      prepared.push(await named(change, () => prepare(applying, change)));
    }
    for (const file of prepared) {
      await applying.step("place");
      await named(file.change, () => requireState(file, applying.maxBytes));
      placed.push(file);
      await named(file.change, () => place(applying.id, file));
    }
    await applying.step("sync");
    await syncFolders(prepared);
  } catch (error) {
    await takeBack(applying, prepared, placed);
    await closeAll(prepared);
    throw error;
  }
  // From here all files are as they are to be: what cannot be cleared away beside them is no reason to say otherwise.
  await clearUp(applying.id, placed).catch(() => undefined);
  await closeAll(prepared);
}

async function clearUp(id: string, placed: readonly Prepared[]): Promise<void> {
  for (const { change, folder } of placed) {
    await rm(folder.at(backName(id, change.path)), { force: true });
    if (change.to.kind === "missing") {
      await removeMadeFolders(change);
    }
  }
  await syncFolders(placed);
}

async function closeAll(files: readonly Prepared[]): Promise<void> {
  await Promise.all(files.map(({ folder }) => folder.close()));
}

/** Removes what a process that was ended while it replaced files left beside them under this id. */
export async function removeDrafts(id: string, paths: readonly string[]): Promise<void> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (const name of [draftName(id, path), backName(id, path)]) {
      if (await removed(nodePath.join(nodePath.dirname(path), name))) {
        folders.add(nodePath.dirname(path));
      }
    }
  }
  for (const folder of folders) {
    await syncFolder(folder);
  }
}

/** False when there was nothing. */
async function removed(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (isMissing(error)) {
      return false;
    }
    throw error;
  }
}

/** Makes the names in the folders of these files survive a loss of power; each folder once. */
async function syncFolders(files: readonly Prepared[]): Promise<void> {
  const folders = new Map(files.map((file) => [nodePath.dirname(file.change.path), file]));
  await Promise.all([...folders.values()].map(({ change, folder }) => named(change, () => folder.sync())));
}

async function prepare(applying: Applying, change: StateChange): Promise<Prepared> {
  await applying.step("prepare");
  const draft = draftName(applying.id, change.path);
  const { anchor, made } = await openParent(change);
  const file: Prepared = { change, folder: anchor, name: nodePath.basename(change.path), draft: undefined, made };
  try {
    await requireState(file, applying.maxBytes);
    await requireWritable(file);
    if (change.to.kind === "file" || change.to.kind === "link") {
      await rm(anchor.at(draft), { force: true });
      await applying.step("draft");
      await writeDraft(file, draft, change.to, applying.read);
      file.draft = draft;
    }
    return file;
  } catch (error) {
    await rm(anchor.at(draft), { force: true });
    await anchor.close();
    await removeFolders(made);
    throw error;
  }
}

async function openParent({ path, to }: StateChange): Promise<{ anchor: AnchoredFolder; made: string[] }> {
  const folder = nodePath.dirname(path);
  return to.kind === "missing" ? { anchor: await AnchoredFolder.open(folder), made: [] } : makeFolder(folder);
}

async function writeDraft(
  { folder, name }: Prepared,
  draft: string,
  to: FileState & { kind: "file" | "link" },
  read: (hash: string) => Promise<Buffer>,
): Promise<void> {
  const path = folder.at(draft);
  if (to.kind === "link") {
    await symlink(to.target, path);
    return;
  }
  const content = await read(to.hash);
  const file = await open(path, "wx", to.mode);
  try {
    await file.writeFile(content);
    await keepOwner(folder.at(name), path);
    await file.chmod(to.mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Where this user may, the new file belongs to whom the old one did. */
async function keepOwner(from: string, to: string): Promise<void> {
  const facts = await lstat(from).catch(() => undefined);
  if (facts !== undefined && facts.uid !== process.getuid?.()) {
    await lchown(to, facts.uid, facts.gid).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EPERM") {
        throw error;
      }
    });
  }
}

/** The old file keeps a second name until all are placed, so that putting it back needs no space. */
async function place(id: string, { change, folder, name, draft }: Prepared): Promise<void> {
  if (change.from.kind === "file") {
    await link(folder.at(name), folder.at(backName(id, change.path))).catch(ignoreNoLinks);
  }
  if (draft !== undefined) {
    await rename(folder.at(draft), folder.at(name));
  } else if (change.from.kind !== "missing") {
    await unlink(folder.at(name));
  }
}

async function requireState({ change, folder, name }: Prepared, maxBytes: number): Promise<void> {
  if (!sameState((await capture(folder.at(name), maxBytes)).state, change.from)) {
    throw new AgentError(
      "file_changed",
      `${change.path} has changed meanwhile, so nothing was written.`,
      "Look at the file as it is now, then decide again.",
    );
  }
}

/** A rename would get round a file's write protection; we do not. */
async function requireWritable({ change, folder, name }: Prepared): Promise<void> {
  if (change.from.kind !== "file") {
    return;
  }
  if ((change.from.mode & 0o222) === 0) {
    throw refusal(change.path, "it is read-only");
  }
  await access(folder.at(name), constants.W_OK);
}

async function takeBack(applying: Applying, prepared: readonly Prepared[], placed: readonly Prepared[]): Promise<void> {
  for (const file of placed.toReversed()) {
    await putBack(applying, file);
  }
  for (const { folder, draft } of prepared) {
    if (draft !== undefined) {
      await rm(folder.at(draft), { force: true });
    }
  }
  for (const { made } of prepared.toReversed()) {
    await removeFolders(made);
  }
  // The error that led here is the one to tell.
  await syncFolders(prepared).catch(() => undefined);
}

async function putBack(applying: Applying, file: Prepared): Promise<void> {
  const { change, folder, name } = file;
  const back = backName(applying.id, change.path);
  const now = (await capture(folder.at(name), applying.maxBytes)).state;
  if (!sameState(now, change.to) || sameState(change.to, change.from)) {
    await rm(folder.at(back), { force: true });
    return;
  }
  if (change.from.kind === "missing") {
    await rm(folder.at(name), { force: true });
  } else if (change.from.kind === "file" || change.from.kind === "link") {
    const kept = await capture(folder.at(back), applying.maxBytes);
    if (!sameState(kept.state, change.from)) {
      await rm(folder.at(back), { force: true });
      await writeDraft(file, back, change.from, applying.read);
    }
    await rename(folder.at(back), folder.at(name));
  }
}

async function removeMadeFolders({ path, madeFolder }: StateChange): Promise<void> {
  if (madeFolder !== undefined) {
    await removeEmptyFolders(nodePath.dirname(path), madeFolder);
  }
}

async function removeFolders(made: readonly string[]): Promise<void> {
  const [outermost] = made;
  const innermost = made.at(-1);
  if (outermost !== undefined && innermost !== undefined) {
    // The error that led here is the one to tell.
    await removeEmptyFolders(innermost, outermost).catch(() => undefined);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "your disk quota is used up",
  EROFS: "the disk is read-only",
  EACCES: "permission was denied",
  EPERM: "permission was denied",
  EISDIR: "a folder stands there",
  ENOTEMPTY: "a folder stands there",
  ENAMETOOLONG: "its name is too long",
};

/** What the system refuses becomes an error that names the file. */
async function named<T>({ path }: StateChange, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw error instanceof AgentError || code === undefined ? error : refusal(path, reasons[code] ?? message, error);
  }
}

function refusal(path: string, reason: string, cause?: unknown): AgentError {
  return new AgentError(
    "file_not_written",
    `${path} could not be written: ${reason}. All files are as they were.`,
    "Remove the cause, then try again.",
    { cause },
  );
}

/** Some file systems have no second names; putting back then writes the content again. */
function ignoreNoLinks(error: NodeJS.ErrnoException): void {
  if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "EMLINK", "ENOSYS", "EXDEV"].includes(error.code ?? "")) {
    throw error;
  }
}
