import { realpath } from "node:fs/promises";
import * as vscode from "vscode";

/** Documents of files with changes that are not saved, by absolute path without links. */
export async function unsavedDocuments(): Promise<Map<string, vscode.TextDocument>> {
  const unsaved = vscode.workspace.textDocuments.filter(({ isDirty, uri }) => isDirty && uri.scheme === "file");
  return new Map(
    await Promise.all(
      unsaved.map(async (document): Promise<[string, vscode.TextDocument]> => {
        const { fsPath } = document.uri;
        return [await realpath(fsPath).catch(() => fsPath), document]; // it may have been deleted on the disk
      }),
    ),
  );
}

/** The bytes that saving would write, formatters aside. */
export async function bytesOf(document: vscode.TextDocument): Promise<Uint8Array> {
  return vscode.workspace.encode(document.getText(), { encoding: document.encoding });
}
