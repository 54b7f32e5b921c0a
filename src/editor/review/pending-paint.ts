import * as vscode from "vscode";
import type { Hunk } from "../../core/events";
import { type Disposable, DisposableStore } from "../disposables";
import { changedLines } from "./hunk-lines";
import type { PendingReviews } from "./pending";
import type { PendingSpot } from "./spot";

const shownLines = 12;
const shownLetters = 80;

/** Green lines where the agent wrote, a red edge where it took lines away, and on hover what was there before. */
export class PendingPaint implements Disposable {
  private readonly store = new DisposableStore();
  private readonly added = this.store.add(
    vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new vscode.ThemeColor("diffEditor.insertedLineBackground"),
      borderStyle: "solid", // themes of high contrast have no such background
      borderWidth: "0 0 0 3px",
      borderColor: new vscode.ThemeColor("editorGutter.addedBackground"),
      overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.addedForeground"),
      overviewRulerLane: vscode.OverviewRulerLane.Full,
    }),
  );
  private readonly removed = this.store.add(
    vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      borderStyle: "solid",
      borderWidth: "2px 0 0 0",
      borderColor: new vscode.ThemeColor("editorGutter.deletedBackground"),
      overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.deletedForeground"),
      overviewRulerLane: vscode.OverviewRulerLane.Full,
      after: { color: new vscode.ThemeColor("editorCodeLens.foreground"), margin: "0 0 0 3em", fontStyle: "italic" },
    }),
  );

  constructor(
    private readonly pending: PendingReviews,
    private readonly pathOf: (uri: vscode.Uri) => string | undefined,
  ) {
    this.store.add(vscode.window.onDidChangeVisibleTextEditors((editors) => this.paintAll(editors)));
    this.store.add(pending.onDidChange(() => this.paintAll(vscode.window.visibleTextEditors)));
    this.paintAll(vscode.window.visibleTextEditors);
  }

  paintAll(editors: readonly vscode.TextEditor[]): void {
    for (const editor of editors) {
      // Sides of diffs and the editors inside of peeks have no column; a diff shows its own green.
      if (editor.viewColumn !== undefined && editor.document.uri.scheme === "file") {
        this.paint(editor);
      }
    }
  }

  /** The decorations go with their types. */
  dispose(): void {
    this.store.dispose();
  }

  private paint(editor: vscode.TextEditor): void {
    const path = this.pathOf(editor.document.uri);
    const hunks = (path !== undefined && this.pending.change(path)?.hunks) || [];
    const last = editor.document.lineCount - 1;
    const made = hunks.map((hunk) => ({ hunk, lines: changedLines(hunk), hover: hoverOf(path ?? "", hunk, editor) }));
    editor.setDecorations(
      this.added,
      made
        .filter(({ lines }) => lines.newEnd > lines.newStart)
        .map(({ lines, hover }) => ({
          range: new vscode.Range(lines.newStart, 0, Math.min(lines.newEnd - 1, last), Number.MAX_SAFE_INTEGER),
          hoverMessage: hover,
        })),
    );
    editor.setDecorations(
      this.removed,
      made
        .filter(({ lines }) => lines.newEnd === lines.newStart)
        .map(({ hunk, lines, hover }) => {
          const line = Math.min(lines.newStart, last);
          const contentText = `removed: ${firstRemoved(hunk)}`;
          return {
            range: new vscode.Range(line, 0, line, Number.MAX_SAFE_INTEGER),
            hoverMessage: hover,
            renderOptions: { after: { contentText } },
          };
        }),
    );
  }
}

function removedLines(hunk: Hunk): string[] {
  return hunk.lines.filter((line) => line.startsWith("-")).map((line) => line.slice(1).replace(/\r$/, ""));
}

function firstRemoved(hunk: Hunk): string {
  const text = removedLines(hunk)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ⏎ ");
  return text.length <= shownLetters ? text : `${text.slice(0, shownLetters - 1)}…`;
}

/** The file's text stands in a code block and nothing in it is a link; the links are ours. */
function hoverOf(path: string, hunk: Hunk, editor: vscode.TextEditor): vscode.MarkdownString {
  const hover = new vscode.MarkdownString();
  const removed = removedLines(hunk);
  if (removed.length === 0) {
    hover.appendMarkdown("Added by Hearth.\n");
  } else {
    hover.appendMarkdown("Changed by Hearth. Before:\n");
    const more = removed.length > shownLines ? `\n… ${removed.length - shownLines} more lines` : "";
    hover.appendCodeblock(removed.slice(0, shownLines).join("\n") + more, editor.document.languageId);
  }
  const link = (command: string, title: string, spot: PendingSpot) =>
    `[${title}](command:hearth.${command}?${encodeURIComponent(JSON.stringify([spot]))})`;
  const spot = { file: path, hunk: hunk.id };
  hover.appendMarkdown(`\n\n${link("acceptHunk", "Keep", spot)} · ${link("rejectHunk", "Undo", spot)}`);
  hover.isTrusted = { enabledCommands: ["hearth.acceptHunk", "hearth.rejectHunk"] };
  return hover;
}
