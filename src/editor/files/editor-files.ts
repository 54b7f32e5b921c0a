import { stat } from "node:fs/promises";
import * as vscode from "vscode";
import { ToolFailure } from "../../core/errors";
import type { FileEdit, FileFacts, Files } from "../../core/ports";
import { isMissing } from "../../machine/is-missing";
import { Serial } from "../../machine/serial";
import type { Change } from "./changes";
import { type Coding, decodeFile } from "./coding";
import { openDocument } from "./open-documents";
import type { Places } from "./places";
import { ChangePlanner } from "./plan-change";
import { readBytes } from "./read-bytes";
import { type DiskWriter, Transaction } from "./transaction";

/** The editor keeps some fifty documents that nobody looks at; the next one it opens closes the first. */
const mostHeld = 40;

export interface Lister {
  /** Like `Files.list` for one folder on the disk; the paths it gives are relative to that folder. */
  listFiles(
    path: string,
    options: { depth: number; limit: number },
    signal: AbortSignal,
  ): Promise<{ paths: string[]; more: boolean }>;
}

export interface EditorFilesParts extends DiskWriter {
  places: Places;
  /** The one for an open folder, by its absolute path. */
  lister(root: string): Lister;
}

/** The open workspace as the editor sees it: what is typed but not saved counts, and what is written can be undone there. */
export class EditorFiles implements Files {
  readonly places: Places;
  private readonly planner: ChangePlanner;
  private readonly writing = new Serial();

  constructor(private readonly parts: EditorFilesParts) {
    this.places = parts.places;
    this.planner = new ChangePlanner(this.places, editorCoding);
  }

  async read(path: string, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const place = await this.places.find(path);
    const open = openDocument(place);
    if (open?.isDirty) {
      return open.getText();
    }
    const bytes = await readBytes(place.fsPath, path);
    signal.throwIfAborted();
    const file = { name: path, fsPath: place.fsPath, openAs: open?.encoding };
    return (await decodeFile(bytes, file, editorCoding)).text;
  }

  /** A path outside the workspace is told even when nothing is there, so that creating a file outside is seen as such. */
  async look(path: string, signal: AbortSignal): Promise<FileFacts | undefined> {
    signal.throwIfAborted();
    const place = await this.places.find(path);
    const resolved = place.inside ? place.path : undefined;
    const facts = await statOrUndefined(place.fsPath);
    if (facts) {
      return { kind: facts.isDirectory() ? "folder" : "file", size: facts.size, resolved };
    }
    return place.inside ? undefined : { kind: "file", size: 0, resolved };
  }

  /** The one name of a file, whatever way it was written. */
  async nameOf(path: string): Promise<string> {
    return (await this.places.find(path)).path;
  }

  /** The document in which the user sees this file. */
  async locate(path: string): Promise<vscode.Uri> {
    const place = await this.places.find(path);
    return openDocument(place)?.uri ?? vscode.Uri.file(place.fsPath);
  }

  async list(path: string, options: { depth: number; limit: number }, signal: AbortSignal) {
    signal.throwIfAborted();
    const folders = this.places.folders();
    if (folders.length > 1 && (path === "" || path === "." || path === "./")) {
      return { paths: folders.map((folder) => `${folder.name}/`).sort(), more: false };
    }
    const place = await this.places.find(path);
    const listed = await this.parts.lister(place.folder.fsPath).listFiles(place.inner, options, signal);
    return { paths: listed.paths.map((found) => place.prefix + found), more: listed.more };
  }

  /** The bytes that `apply` would leave, or null for none, unless a formatter changes them. Throws `ToolFailure` as it would. */
  async foresee(edit: FileEdit): Promise<Uint8Array | null> {
    const change = await this.planner.plan(edit, false);
    return change.kind === "deletion" ? null : change.kind === "creation" ? change.bytes : change.after;
  }

  /** Once the first byte is written the signal no longer counts: all files are written, or none. */
  apply(edits: readonly FileEdit[], label: string, signal: AbortSignal) {
    return this.writing.run(async () => {
      signal.throwIfAborted();
      const hold = edits.length <= mostHeld;
      const changes = await Promise.all(edits.map((edit) => this.planner.plan(edit, hold)));
      requireDistinct(changes);
      signal.throwIfAborted();
      return new Transaction(changes, label, this.parts).run();
    });
  }
}

const utf8 = { decoder: new TextDecoder("utf-8", { ignoreBOM: true }), encoder: new TextEncoder() };

/** Plain UTF-8 is read and written here; asking the editor for it costs a way through its window. */
const editorCoding: Coding = {
  decode: async (bytes, encoding) =>
    encoding === "utf8" ? utf8.decoder.decode(bytes) : vscode.workspace.decode(bytes, { encoding }),
  encode: async (text, encoding) =>
    encoding === "utf8" ? utf8.encoder.encode(text) : vscode.workspace.encode(text, { encoding }),
  chosen: (fsPath) => vscode.workspace.getConfiguration("files", vscode.Uri.file(fsPath)).get("encoding", "utf8"),
};

function requireDistinct(changes: readonly Change[]): void {
  const seen = new Set<string>();
  for (const change of changes) {
    if (seen.has(change.uri.fsPath)) {
      throw new ToolFailure(`${change.path} stands twice in one change. Put all edits of a file into one.`);
    }
    seen.add(change.uri.fsPath);
  }
}

async function statOrUndefined(fsPath: string) {
  try {
    return await stat(fsPath);
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}
