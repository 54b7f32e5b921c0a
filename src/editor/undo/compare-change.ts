import * as nodePath from "node:path";
import * as vscode from "vscode";
import { signOf } from "../files/byte-signs";
import type { BeforeDocuments } from "./before-documents";
import type { ChosenChange } from "./workspace-undo";

/**
 * Shows what going back would do to a file. For one that the user changed too there are two comparisons in one editor: what
 * the user did after the task, and what going back does; the editor has no three-way view that an extension may open.
 */
export async function compareChange(change: ChosenChange, before: BeforeDocuments): Promise<void> {
  const { file, folder, name, keepsUser } = change;
  const now = file.current.kind === "file" ? vscode.Uri.file(change.fsPath) : before.put(`nothing/${name}`, "");
  const goal =
    keepsUser && change.withoutTask !== undefined ? change.withoutTask : await folder.store.contentOf(file.target);
  const after = before.put(`after going back/${name}`, await textOf(goal));
  const base = nodePath.basename(name);
  const left = file.standing === "both" ? await folder.store.contentOf(file.expected) : undefined;
  if (left === undefined) {
    const options: vscode.TextDocumentShowOptions = { preview: true, preserveFocus: true };
    await vscode.commands.executeCommand("vscode.diff", now, after, `${base} (now ↔ after going back)`, options);
    return;
  }
  const hearth = before.put(`as Hearth left it/${name}`, await textOf(left));
  await vscode.commands.executeCommand("vscode.changes", `${base}: what you changed, and what going back does`, [
    [now, hearth, now],
    [after, now, after],
  ]);
}

async function textOf(bytes: Uint8Array | undefined): Promise<string> {
  if (bytes === undefined) {
    return "";
  }
  return signOf(bytes) === "binary" ? `${bytes.length} bytes that are no text.\n` : vscode.workspace.decode(bytes);
}
