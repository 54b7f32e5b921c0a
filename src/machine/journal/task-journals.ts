import { chmod, open, readdir, rename, rm, stat } from "node:fs/promises";
import * as nodePath from "node:path";
import { AgentError } from "../../core/errors";
import type { AgentEvent } from "../../core/events";
import { keepAs, makeFolderDurably, syncFolder } from "../durable";
import { isMissing } from "../is-missing";
import { copyRecords } from "./copy-records";
import { interruptedReply } from "./live-replies";
import type { ProcessIdentity } from "./process-identity";
import { clearDrafts, ProcessLock } from "./process-lock";
import { type JournalContent, readJournal } from "./read-journal";
import { firstLink, header } from "./record";
import { summarize, type TaskSummary } from "./summarize";
import { TaskJournal } from "./task-journal";

export type { TaskSummary } from "./summarize";

/**
 * The journals of all tasks: one append-only file each in a folder that only this user can read. `key` seals the
 * records, so that a change by another program is seen; it is secret and stays the same.
 */
export class TaskJournals {
  constructor(
    private readonly folder: string,
    private readonly key: Uint8Array,
  ) {}

  /**
   * Opens or creates the journal of a task. What was damaged is left out, told in `notes`, and kept beside it; what
   * cannot be stored is kept in memory, and told too. Throws `AgentError` "task_held" when another window has it.
   */
  async open(taskId: string): Promise<TaskJournal> {
    const path = this.pathOf(taskId);
    try {
      await makeFolderDurably(this.folder, 0o700);
      await chmod(this.folder, 0o700);
      const lock = await takeLock(path);
      try {
        return await this.openLocked(taskId, path, lock);
      } catch (error) {
        await lock.release();
        throw error;
      }
    } catch (error) {
      if (error instanceof AgentError || (error as NodeJS.ErrnoException).code === undefined) {
        throw error;
      }
      return this.openInMemory(taskId, path, error as Error);
    }
  }

  /** The events of a task without opening it, also while another window has it open. */
  async read(taskId: string): Promise<readonly AgentEvent[]> {
    return (await readJournal(this.pathOf(taskId), taskId, this.key)).events;
  }

  /** All tasks, newest first, read from the beginning and the end of their files. */
  async list(): Promise<TaskSummary[]> {
    const ids = (await this.names())
      .filter((name) => name.endsWith(suffix))
      .map((name) => name.slice(0, -suffix.length));
    const summaries: TaskSummary[] = [];
    for (const id of ids) {
      const path = this.pathOf(id);
      const summary = await summarize(path, id).catch((error: unknown) => unopenable(id, error));
      const holder = await ProcessLock.holder(lockOf(path));
      const elsewhere = holder !== undefined && holder.pid !== process.pid;
      summaries.push(elsewhere ? { ...summary, state: "working" } : summary);
    }
    return summaries.sort((a, b) => b.at - a.at);
  }

  /** The tasks that a window has open, this one or another. */
  async held(): Promise<string[]> {
    const lock = lockOf(suffix);
    const names = (await this.names()).filter((name) => name.endsWith(lock));
    const holders = await Promise.all(names.map((name) => ProcessLock.holder(nodePath.join(this.folder, name))));
    return names.filter((_, index) => holders[index] !== undefined).map((name) => name.slice(0, -lock.length));
  }

  /** Deletes a task with all that was kept of it. Throws `AgentError` "task_held" when another window has it open. */
  async remove(taskId: string): Promise<void> {
    const path = this.pathOf(taskId);
    if ((await this.names()).length === 0) {
      return;
    }
    const lock = await takeLock(path);
    const own = nodePath.basename(path);
    for (const name of (await this.names()).filter((name) => name === own || name.startsWith(`${own}.`))) {
      if (name !== nodePath.basename(lockOf(path))) {
        await rm(nodePath.join(this.folder, name), { force: true });
      }
    }
    await lock.release();
    await syncFolder(this.folder);
  }

  private async openLocked(taskId: string, path: string, lock: ProcessLock): Promise<TaskJournal> {
    await clearDrafts(lockOf(path));
    if (!(await exists(path))) {
      await this.create(path);
    }
    const content = await readJournal(path, taskId, this.key);
    const readOnly = whyReadOnly(content.readOnly);
    if (readOnly !== undefined) {
      await lock.release();
      return new TaskJournal(content.events, [readOnly, ...notesOn(content)], readOnly, undefined);
    }
    const notes = notesOn(content);
    const intact = content.headerIntact && content.damagedBytes === 0;
    const whole = intact ? content : await this.repair(taskId, path, content);
    if (await hasBad(this.folder, nodePath.basename(path))) {
      notes.push(`The damaged original is kept beside it: ${path}.bad`);
    }
    const file = await open(path, "r+");
    await file.truncate(whole.end);
    const target = { file, lock, key: this.key, link: whole.link, sequence: whole.sequence, position: whole.end };
    const reply = interruptedReply(content.events, content.deltas);
    const events = reply === undefined ? content.events : [...content.events, reply];
    const journal = new TaskJournal(events, notes, undefined, target);
    if (reply !== undefined) {
      await journal.append(reply);
    }
    return journal;
  }

  private async create(path: string): Promise<void> {
    const file = await open(draftOf(path), "w", 0o600);
    try {
      await file.writeFile(header);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draftOf(path), path);
    await syncFolder(this.folder);
  }

  /** Writes the intact records to a new file that takes the name; the damaged one stays as `.bad`. */
  private async repair(taskId: string, path: string, content: JournalContent) {
    const copied = await copyRecords(path, draftOf(path), content.payloads, this.key, firstLink(this.key, taskId));
    await keepAs(path, await freeName(`${path}.bad`));
    await rename(draftOf(path), path);
    await syncFolder(this.folder);
    return copied;
  }

  private async openInMemory(taskId: string, path: string, error: Error): Promise<TaskJournal> {
    const known = (await canBeFound(path)) ? await readJournal(path, taskId, this.key) : undefined;
    const note = `This task is kept in memory only and is lost when the window closes: ${error.message}.`;
    return new TaskJournal(known?.events ?? [], [note], undefined, undefined);
  }

  private async names(): Promise<string[]> {
    try {
      return await readdir(this.folder);
    } catch (error) {
      if (isMissing(error)) {
        return [];
      }
      throw error;
    }
  }

  private pathOf(taskId: string): string {
    if (!/^[A-Za-z0-9_-]{1,100}$/.test(taskId)) {
      throw new Error(`A task id has letters, digits, "-" and "_" only: ${JSON.stringify(taskId)}`);
    }
    return nodePath.join(this.folder, taskId + suffix);
  }
}

const suffix = ".journal";

function lockOf(path: string): string {
  return `${path}.lock`;
}

async function takeLock(path: string): Promise<ProcessLock> {
  const lock = await ProcessLock.take(lockOf(path));
  if (lock === undefined) {
    throw heldBy(await ProcessLock.holder(lockOf(path)));
  }
  return lock;
}

function heldBy(holder: ProcessIdentity | undefined): AgentError {
  const who = holder === undefined ? "another window" : holder.pid === process.pid ? "this window" : "another window";
  const which = holder === undefined ? "" : ` (process ${holder.pid})`;
  return new AgentError(
    "task_held",
    `This task is already open in ${who}${which}.`,
    "Go on with it there, or close it there and open it here again.",
  );
}

/** Only the holder of the lock writes here, so one name is enough. */
function draftOf(path: string): string {
  return `${path}.draft`;
}

function whyReadOnly(reason: JournalContent["readOnly"]): string | undefined {
  switch (reason) {
    case "newer":
      return "This task was recorded by a newer version of Hearth. Update Hearth to open it; the file was not touched.";
    case "foreign":
      return "This task was recorded with another key, on another computer or before the secret storage was reset, so it can only be read.";
    case "changed":
      return "The record of this task was changed by another program, so it can only be read.";
    default:
      return undefined;
  }
}

function notesOn(content: JournalContent): string[] {
  const notes: string[] = [];
  if (content.damagedBytes > 0) {
    notes.push(`A part of this task's record was damaged and is not shown (${content.damagedBytes} bytes).`);
  }
  if (content.tornBytes > 0) {
    notes.push("The last entry of this task's record was cut off while it was written; everything before it is here.");
  }
  if (content.unreadable > 0) {
    notes.push(`${content.unreadable} entries of this task's record are of a kind that this version does not know.`);
  }
  return notes;
}

function unopenable(id: string, error: unknown): TaskSummary {
  if ((error as NodeJS.ErrnoException).code === undefined) {
    throw error;
  }
  return { id, title: "A task that cannot be read", at: 0, state: "interrupted" };
}

/** Only what is known not to be there is not: a record that cannot be looked up must not be made anew. */
async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) {
      return false;
    }
    throw error;
  }
}

async function canBeFound(path: string): Promise<boolean> {
  try {
    return await exists(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) {
      throw error;
    }
    return false;
  }
}

async function hasBad(folder: string, name: string): Promise<boolean> {
  return (await readdir(folder)).some((other) => other.startsWith(`${name}.bad`));
}

async function freeName(path: string): Promise<string> {
  for (let count = 1; ; count++) {
    const name = count === 1 ? path : `${path}.${count}`;
    if (!(await exists(name))) {
      return name;
    }
  }
}
