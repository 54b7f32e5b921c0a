import { constants } from "node:fs";
import { access, lstat, stat } from "node:fs/promises";
import * as vscode from "vscode";
import { FileMoved, ToolFailure } from "../../core/errors";
import type { FileEdit } from "../../core/ports";
import type { FileForm } from "../../core/review/file-review";
import type { BufferChange, BytesChange, Change, Creation, Deletion } from "./changes";
import { type Coding, type DecodedFile, decodeFile, encodeText } from "./coding";
import { lineEndsOf } from "./line-ends";
import { openDocument, takeOver } from "./open-documents";
import type { Place, Places } from "./places";
import { readBytes } from "./read-bytes";

/** Checks an edit against what is true now and says how it will be written. Changes nothing; throws `ToolFailure`. */
export class ChangePlanner {
  constructor(
    private readonly places: Places,
    private readonly coding: Coding,
  ) {}

  /** With `hold` the document is opened now, so that the editor itself notices a change in between. */
  async plan(edit: FileEdit, hold: boolean): Promise<Change> {
    const place = await this.places.find(edit.path);
    if (edit.base === undefined) {
      return this.creation(edit, place);
    }
    if (vscode.workspace.notebookDocuments.some((notebook) => notebook.uri.fsPath === place.fsPath)) {
      throw new ToolFailure(
        `${edit.path} is open as a notebook. It can be changed as text once that notebook is closed.`,
      );
    }
    return edit.target === undefined
      ? this.deletion(edit.path, edit.base, place)
      : this.modification({ path: edit.path, base: edit.base, target: edit.target }, place, hold);
  }

  private async creation({ path, target, movedFrom, form }: FileEdit, place: Place): Promise<Creation> {
    if (target === undefined) {
      throw new ToolFailure(`The edit of ${path} neither creates, changes nor deletes it.`);
    }
    const known = openDocument(place);
    if ((await isThere(place.fsPath)) || known?.isDirty) {
      throw new ToolFailure(`${path} exists by now. Read it before you change it.`);
    }
    const origin = movedFrom === undefined ? undefined : await this.origin(movedFrom, target);
    const { encoding = this.coding.chosen(place.fsPath), mode } = origin?.form ?? form ?? {};
    const bytes = origin?.bytes ?? (await encodeText(target, { name: path, encoding }, this.coding));
    return { kind: "creation", path, uri: vscode.Uri.file(place.fsPath), text: target, bytes, mode };
  }

  /** How the file is stored that is moved, and its bytes where its text stays the same. */
  private async origin(path: string, target: string): Promise<{ form: FileForm; bytes: Uint8Array | undefined }> {
    const place = await this.places.find(path);
    const { bytes, decoded } = await this.load(path, place, openDocument(place));
    const form = await formOf(place, decoded);
    if (decoded.text === target) {
      return { form, bytes };
    }
    requireExact(path, decoded);
    return { form, bytes: undefined };
  }

  private async deletion(path: string, base: string, place: Place): Promise<Deletion> {
    const open = openDocument(place);
    if (open?.isDirty) {
      throw new ToolFailure(
        `${path} has unsaved changes in an editor, so it is not deleted. The user can save or discard them.`,
      );
    }
    const { bytes, decoded } = await this.load(path, place, open);
    requireBase(path, base, decoded.text);
    const form = await formOf(place, decoded);
    return { kind: "deletion", path, uri: vscode.Uri.file(place.fsPath), bytes, form, place };
  }

  private async modification(edit: Modification, place: Place, hold: boolean): Promise<BufferChange | BytesChange> {
    const { path, base, target } = edit;
    const open = openDocument(place);
    const unsaved = open?.isDirty ? open : undefined;
    const { bytes, decoded } = await this.load(path, place, open);
    requireBase(path, base, unsaved?.getText() ?? decoded.text);
    await requireWritable(path, place.fsPath);
    requireExact(path, decoded);
    requireSavable(path, decoded, unsaved);
    const { encoding } = decoded;
    const uri = open?.uri ?? vscode.Uri.file(place.fsPath);
    const after = await encodeText(target, { name: path, encoding }, this.coding);
    const needsOpening = open === undefined && !isFoundAgain(decoded, this.coding.chosen(place.fsPath));
    if (lineEndsOf(decoded.text) === "mixed" || (needsOpening && !hold)) {
      return { kind: "bytes", path, uri, before: bytes, after, text: target };
    }
    if (open || hold) {
      await takeOver(uri, { encoding, text: base, name: path });
    }
    return { kind: "buffer", path, uri, base, target, before: bytes, after, encoding, wasDirty: unsaved !== undefined };
  }

  private async load(path: string, place: Place, open: vscode.TextDocument | undefined) {
    const bytes = await readBytes(place.fsPath, path);
    const decoded = await decodeFile(bytes, { name: path, fsPath: place.fsPath, openAs: open?.encoding }, this.coding);
    return { bytes, decoded };
  }
}

async function formOf({ fsPath }: Place, { encoding }: DecodedFile): Promise<FileForm> {
  return { encoding, mode: (await stat(fsPath)).mode };
}

interface Modification {
  path: string;
  base: string;
  target: string;
}

/** The editor decodes the file in the same way when it opens it by itself. */
function isFoundAgain({ encoding }: DecodedFile, chosen: string): boolean {
  return encoding === chosen || ["utf8bom", "utf16le", "utf16be"].includes(encoding);
}

/** Saving a buffer writes all of it; for some files that changes more than was typed. */
function requireSavable(path: string, decoded: DecodedFile, unsaved: vscode.TextDocument | undefined): void {
  if (!unsaved) {
    return;
  }
  if (decoded.encoding !== unsaved.encoding) {
    throw new ToolFailure(
      `${path} has unsaved changes and is open as ${unsaved.encoding}, which does not fit its bytes. The user can reopen it with another encoding.`,
    );
  }
  if (lineEndsOf(decoded.text) === "mixed") {
    throw new ToolFailure(
      `${path} mixes Windows and Unix line ends and has unsaved changes in an editor: saving would change every line. The user can save or discard them first.`,
    );
  }
}

function requireBase(path: string, base: string, now: string): void {
  if (now !== base) {
    throw new FileMoved(`${path} changed since this edit was prepared, so nothing was written. Read it again.`);
  }
}

function requireExact(path: string, decoded: DecodedFile): void {
  if (!decoded.exact) {
    throw new ToolFailure(
      `${path} is not stored as plain ${decoded.encoding}: an editor could not write it back byte by byte, so it is left alone.`,
    );
  }
}

async function requireWritable(path: string, fsPath: string): Promise<void> {
  try {
    await access(fsPath, constants.W_OK);
  } catch (error) {
    throw new ToolFailure(`${path} is read-only, so it was not changed.`, { cause: error });
  }
}

async function isThere(fsPath: string): Promise<boolean> {
  try {
    await lstat(fsPath);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") {
      return false;
    }
    if (code === "ENOTDIR") {
      throw new ToolFailure("A part of this path is a file, so nothing can be created below it.");
    }
    throw error;
  }
}
