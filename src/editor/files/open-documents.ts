import * as vscode from "vscode";
import { FileMoved } from "../../core/errors";
import type { Place } from "./places";

/** How long an editor may take to show what is on the disk. It follows the file watcher, which is slow under load. */
const catchUpMs = 10_000;

/** The document an editor has for this file, one with unsaved changes first. */
export function openDocument(place: Place): vscode.TextDocument | undefined {
  const names = [place.fsPath, place.writtenFsPath].map((fsPath) => vscode.Uri.file(fsPath).toString());
  const found = vscode.workspace.textDocuments.filter(
    (document) => !document.isClosed && names.includes(document.uri.toString()),
  );
  return found.find((document) => document.isDirty) ?? found[0];
}

/** The document that the editor has under exactly this name now. */
export function liveDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  const name = uri.toString();
  return vscode.workspace.textDocuments.find((document) => !document.isClosed && document.uri.toString() === name);
}

/**
 * The document that will be changed, once it shows `text`. A clean one that still shows an older state of the disk is
 * waited for. Throws `ToolFailure` when it does not get there.
 */
export async function takeOver(
  uri: vscode.Uri,
  expected: { encoding: string; text: string; name: string },
): Promise<vscode.TextDocument> {
  const document = await openAs(uri, expected.encoding);
  if (!(await changesTo(document, expected.text))) {
    throw new FileMoved(
      `The editor shows another text for ${expected.name} than the one this edit was made for. Read it again.`,
    );
  }
  return document;
}

async function openAs(uri: vscode.Uri, encoding: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(uri);
  return document.encoding === encoding ? document : vscode.workspace.openTextDocument(uri, { encoding });
}

/** Once somebody types in it, it will not get there. */
function changesTo(document: vscode.TextDocument, text: string): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (reached: boolean) => {
      clearTimeout(timer);
      listener.dispose();
      resolve(reached);
    };
    const look = () => {
      const reached = document.getText() === text;
      if (reached || document.isDirty) {
        done(reached);
      }
    };
    const timer = setTimeout(() => done(false), catchUpMs);
    const listener = vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document === document) {
        look();
      }
    });
    look();
  });
}
