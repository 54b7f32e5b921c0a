import * as nodePath from "node:path";
import * as vscode from "vscode";
import type { NewEvent } from "../../core/events";
import type { FileState, Standing } from "../../machine/undo/undo-store";
import { sameBytes } from "../files/byte-signs";
import { countFiles, listNames } from "./describe-plan";
import { changesIn, idOf, type Kept } from "./open-parts";
import { nameIn, type UndoFolder } from "./undo-folders";
import { bytesOf, unsavedDocuments } from "./unsaved-texts";
import type { Interrupted } from "./workspace-undo";

/** A file of an action that was cut off, with what the window holds of it unsaved. */
interface Cut extends Standing {
  name: string;
  buffer?: { document: vscode.TextDocument; holds: "before" | "after"; onDisk: Standing["is"] };
}

type Answer = "put_back" | "finished" | "kept";

/** What became of an action that was cut off. */
export interface Settled {
  how: Answer;
  files: string[];
  /** Something else has changed these. */
  left: string[];
  /** What is recorded of the action from now on, unless it was put back. */
  kept: Kept[];
}

/**
 * Asks what is to become of an action that a crash cut off, and does it. Where all files are as before, or all as the
 * action meant to leave them, nobody is asked: there is nothing mixed. Undefined when the user has not answered.
 */
export async function settleInterrupted(action: Interrupted): Promise<Settled | undefined> {
  const cut = await lookAt(action);
  const how = obvious(action, cut) ?? (await ask(action, cut));
  if (how === undefined) {
    return undefined;
  }
  for (const file of cut) {
    await takeOverBuffer(file, how);
  }
  const settled = await settle(action, how, cut);
  if (settled.files.length > 0 || settled.left.length > 0) {
    tell(settled);
  }
  return settled;
}

async function settle({ parts }: Interrupted, how: Answer, cut: readonly Cut[]): Promise<Settled> {
  const left: string[] = [];
  const kept: Kept[] = [];
  for (const { folder, unfinished } of parts) {
    const settled = await folder.store.settle(unfinished, how === "put_back" ? "undo" : "finish");
    left.push(...settled.left.map((path) => nameIn(folder, path)));
    kept.push(...(settled.kept === undefined ? [] : [{ folder, checkpoint: settled.kept }]));
  }
  const unwritten = cut.filter(({ buffer }) => buffer?.holds === "before").map(({ name }) => name);
  const touched = cut.filter(({ is }) => is !== "before").map(({ name }) => name);
  const recorded = kept.flatMap(changesIn).map(({ path }) => path);
  return {
    how,
    files: (how === "put_back" ? touched : recorded).filter((name) => !left.includes(name)),
    left: left.filter((name) => !unwritten.includes(name)),
    kept: how === "put_back" ? [] : kept,
  };
}

/** For the task's own record. Nothing is said when the action had not begun. */
export function eventsOf({ actionId, parts }: Interrupted, { how, files, left, kept }: Settled): NewEvent[] {
  if (files.length === 0 && left.length === 0) {
    return [];
  }
  const recovered: NewEvent = { type: "recovered", actionId, how, files, left };
  const { kind, label } = (parts[0] as Interrupted["parts"][number]).unfinished.checkpoint;
  if (kept.length === 0) {
    return [recovered];
  }
  const checkpointId = idOf(kept);
  return kind === "restore"
    ? [recovered, { type: "restored", checkpointId, files, redo: label === "Redo" }]
    : [{ type: "checkpoint_made", actionId, checkpointId, files: kept.flatMap(changesIn), notes: [] }, recovered];
}

async function lookAt({ parts }: Interrupted): Promise<Cut[]> {
  const unsaved = await unsavedDocuments();
  const cut: Cut[] = [];
  for (const { folder, unfinished } of parts) {
    const { files } = unfinished.checkpoint;
    for (const standing of await folder.store.standing(unfinished)) {
      const document = unsaved.get(nodePath.resolve(folder.realRoot, standing.path));
      const record = files.find(({ path }) => path === standing.path);
      const holds = document && record && (await heldBy(document, folder, record));
      const name = nameIn(folder, standing.path);
      const buffer = document && holds ? { document, holds, onDisk: standing.is } : undefined;
      cut.push(
        buffer ? { ...standing, name, is: withBuffer(standing.is, buffer.holds), buffer } : { ...standing, name },
      );
    }
  }
  return cut;
}

/** What is typed and not saved counts as what is there; an unsaved text of ours as begun. */
function withBuffer(onDisk: Standing["is"], holds: "before" | "after"): Standing["is"] {
  if (holds === "before") {
    return "before";
  }
  return onDisk === "after" ? "after" : "begun";
}

function obvious({ parts }: Interrupted, cut: readonly Cut[]): Answer | undefined {
  if (cut.every(({ is }) => is === "before")) {
    return "put_back";
  }
  const isWhole = parts.every(({ unfinished }) => unfinished.canFinish) && cut.every(({ is }) => is === "after");
  return isWhole ? "finished" : undefined;
}

async function ask({ label, parts }: Interrupted, cut: readonly Cut[]): Promise<Answer | undefined> {
  const canFinish = parts.every(({ unfinished }) => unfinished.canFinish);
  const back = "Put the Files Back";
  const go = canFinish ? "Finish It" : "Keep What It Did";
  const answer = await vscode.window.showWarningMessage(
    `Hearth was cut off in the middle of “${shorten(label)}”.`,
    { modal: true, detail: detailOf(cut, canFinish) },
    back,
    go,
  );
  return answer === back ? "put_back" : answer !== go ? undefined : canFinish ? "finished" : "kept";
}

function detailOf(cut: readonly Cut[], canFinish: boolean): string {
  const done = cut.filter(({ is }) => is !== "before");
  const others = cut.filter(({ is }) => is === "other").map(({ name }) => name);
  const state = canFinish
    ? `${done.length} of ${countFiles(cut.map(({ name }) => name))} changed so far.`
    : `It changed ${listNames(done.map(({ name }) => name))}.`;
  const rest = canFinish
    ? "Put the files back, or let Hearth write the rest of what you had accepted."
    : "Put the files back, or keep what it did; a command cannot be taken up where it stopped.";
  const changed =
    others.length > 0 && canFinish
      ? ` Left alone either way, because something else changed it: ${listNames(others)}.`
      : "";
  return `${state} ${rest}${changed}`;
}

function tell({ how, files, left }: Settled): void {
  const what = countFiles(files);
  const done: Record<Answer, string> = {
    put_back: `Put back as before: ${what}.`,
    finished: `Finished: ${what}.`,
    kept: `Kept as the command left it: ${what}.`,
  };
  const rest = `Left alone, because something else changed it: ${listNames(left)}. Hearth: Undo This Task compares it.`;
  if (left.length > 0) {
    void vscode.window.showWarningMessage(files.length > 0 ? `${done[how]} ${rest}` : rest);
  } else {
    void vscode.window.showInformationMessage(done[how]);
  }
}

/**
 * The window may still hold texts of ours that were never saved: they are let go, since the files are written from what is
 * kept. What the user had typed before the action began is saved where it is needed on the disk.
 */
async function takeOverBuffer({ buffer }: Cut, answer: Answer): Promise<void> {
  if (buffer?.holds === "after" && buffer.onDisk !== "other") {
    await letGo(buffer.document);
  } else if (buffer && (buffer.holds === "after" || answer !== "put_back")) {
    await buffer.document.save();
  }
}

async function heldBy(
  document: vscode.TextDocument,
  { store }: UndoFolder,
  { before, after }: { before: FileState; after?: FileState | undefined },
): Promise<"before" | "after" | undefined> {
  const text = await bytesOf(document);
  const holds = async (state: FileState) => {
    const content = await store.contentOf(state);
    return content !== undefined && sameBytes(content, text);
  };
  if (after !== undefined && (await holds(after))) {
    return "after";
  }
  return (await holds(before)) ? "before" : undefined;
}

async function letGo(document: vscode.TextDocument): Promise<void> {
  await vscode.window.showTextDocument(document, { preview: false });
  await vscode.commands.executeCommand("workbench.action.files.revert");
}

function shorten(label: string): string {
  return label.length <= 80 ? label : `${label.slice(0, 79).trimEnd()}…`;
}
