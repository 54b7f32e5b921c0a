import { randomUUID } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import * as nodePath from "node:path";
import * as vscode from "vscode";
import { EditorFiles } from "../../src/editor/files/editor-files";
import { type Folder, Places } from "../../src/editor/files/places";
import type { WriteBytes } from "../../src/editor/files/transaction";
import { replaceBytes } from "../../src/machine/files/replace-bytes";
import { setMode } from "../../src/machine/files/set-mode";
import { resolveInWorkspace } from "../../src/machine/paths/resolve-in-workspace";

/** A folder of its own in the open workspace, so that suites do not meet. */
export class ScratchFolder {
  readonly name = `scratch-${randomUUID().slice(0, 8)}`;

  static async create(): Promise<ScratchFolder> {
    const folder = new ScratchFolder();
    await mkdir(folder.fsPath(""), { recursive: true });
    return folder;
  }

  /** As the agent names a file. */
  path(file: string): string {
    return `${this.name}/${file}`;
  }

  fsPath(file: string): string {
    const root = vscode.workspace.workspaceFolders?.[0];
    if (!root) {
      throw new Error("the editor tests need an open folder");
    }
    return nodePath.join(root.uri.fsPath, this.name, file);
  }

  uri(file: string): vscode.Uri {
    return vscode.Uri.file(this.fsPath(file));
  }

  async put(file: string, content: string | Uint8Array): Promise<void> {
    await mkdir(nodePath.dirname(this.fsPath(file)), { recursive: true });
    await writeFile(this.fsPath(file), content);
  }

  async bytes(file: string): Promise<Buffer> {
    return readFile(this.fsPath(file));
  }

  async text(file: string): Promise<string> {
    return (await this.bytes(file)).toString("utf8");
  }

  async open(file: string): Promise<vscode.TextEditor> {
    return vscode.window.showTextDocument(this.uri(file), { preview: false });
  }

  /** Types at the start of a line. */
  async type(file: string, line: number, text: string): Promise<vscode.TextEditor> {
    const editor = await this.open(file);
    await editor.edit((edit) => edit.insert(new vscode.Position(line, 0), text));
    return editor;
  }

  unsaved(): vscode.TextDocument[] {
    const isHere = ({ uri }: vscode.TextDocument) => uri.scheme === "file" && uri.fsPath.startsWith(this.fsPath(""));
    return vscode.workspace.textDocuments.filter((document) => document.isDirty && isHere(document));
  }

  /** Leaves no unsaved buffer, no tab and no file behind. */
  async remove(): Promise<void> {
    await vscode.workspace.saveAll(false);
    for (const document of this.unsaved()) {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand("workbench.action.files.revert");
    }
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await rm(this.fsPath(""), { recursive: true, force: true });
  }
}

export async function inScratch(body: (folder: ScratchFolder) => Promise<void>): Promise<void> {
  const folder = await ScratchFolder.create();
  try {
    await body(folder);
  } finally {
    await folder.remove();
  }
}

export function editorFiles(writeBytes: WriteBytes = replaceBytes): EditorFiles {
  return new EditorFiles({
    places: new Places(openFolders, resolveInWorkspace),
    lister: () => ({ listFiles: async () => ({ paths: [], more: false }) }),
    writeBytes,
    setMode,
  });
}

function openFolders(): Folder[] {
  return (vscode.workspace.workspaceFolders ?? []).map((folder) => ({ name: folder.name, fsPath: folder.uri.fsPath }));
}

export const never = new AbortController().signal;

/** Resolves when the claim holds; the editor tells of some things a little later. */
export async function until(claim: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await claim())) {
    if (Date.now() > end) {
      throw new Error(`never happened: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
