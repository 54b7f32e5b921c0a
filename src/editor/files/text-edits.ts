import * as vscode from "vscode";
import { splitLines } from "../../core/edits/lines";
import { changedSpans } from "./spans";

/** Adds the replacements of whole lines that turn `from` into `to`; `from` is what the document holds. */
export function replaceText(
  edit: vscode.WorkspaceEdit,
  uri: vscode.Uri,
  texts: { from: string; to: string },
  metadata: vscode.WorkspaceEditEntryMetadata,
): void {
  const starts = lineStarts(texts.from);
  for (const span of changedSpans(texts.from, texts.to)) {
    const range = new vscode.Range(positionAt(starts, span.start), positionAt(starts, span.end));
    edit.replace(uri, range, span.text, metadata);
  }
}

/** Where each line starts, the empty one after a final line end included. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (const line of splitLines(text)) {
    starts.push((starts.at(-1) ?? 0) + line.length);
  }
  if (!/[\r\n]$/.test(text)) {
    starts.pop();
  }
  return starts;
}

function positionAt(starts: readonly number[], offset: number): vscode.Position {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return new vscode.Position(low, offset - (starts[low] ?? 0));
}
