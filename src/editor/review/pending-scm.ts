import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../disposables";
import { baseUri, noFileUri } from "./base-documents";
import type { PendingReviews } from "./pending";

export const controlId = "hearth";

interface Control {
  source: vscode.SourceControl;
  group: vscode.SourceControlResourceGroup;
}

/** The changes to review in the Source Control view, and through it the editor's own peek of what was there before. */
export class PendingScm implements vscode.QuickDiffProvider, Disposable {
  private readonly store = new DisposableStore();
  /** One per workspace folder: the editor shows the peek of the one whose root is nearest. */
  private readonly controls = new Map<string, Control>();

  constructor(
    private readonly pending: PendingReviews,
    private readonly room: {
      uri(path: string): vscode.Uri | undefined;
      path(uri: vscode.Uri): string | undefined;
    },
  ) {
    this.store.add(pending.onDidChange(() => this.show()));
    this.show();
  }

  provideOriginalResource(uri: vscode.Uri): vscode.Uri | undefined {
    const path = this.room.path(uri);
    const before = path === undefined ? undefined : (this.pending.movedFrom(path) ?? path);
    const review = before === undefined ? undefined : this.pending.review(before);
    return review?.base === undefined ? undefined : baseUri(review.path, uri);
  }

  show(): void {
    const byRoot = new Map<string, vscode.SourceControlResourceState[]>();
    for (const path of this.pending.paths) {
      const uri = this.room.uri(path);
      const root = uri && vscode.workspace.getWorkspaceFolder(uri)?.uri;
      if (uri && root) {
        const name = root.toString();
        byRoot.set(name, [...(byRoot.get(name) ?? []), this.stateOf(path, uri)]);
      }
    }
    for (const [root, states] of byRoot) {
      const { source, group } = this.controlOf(root);
      group.resourceStates = states;
      source.count = states.length;
    }
    for (const root of this.controls.keys()) {
      if (!byRoot.has(root)) {
        this.drop(root);
      }
    }
  }

  dispose(): void {
    this.store.dispose();
    for (const root of [...this.controls.keys()]) {
      this.drop(root);
    }
  }

  private controlOf(root: string): Control {
    const known = this.controls.get(root);
    if (known) {
      return known;
    }
    const source = vscode.scm.createSourceControl(controlId, "Hearth", vscode.Uri.parse(root, true));
    source.inputBox.visible = false;
    source.quickDiffProvider = this;
    const group = source.createResourceGroup("pending", "Changes to Review");
    group.hideWhenEmpty = true;
    const control = { source, group };
    this.controls.set(root, control);
    return control;
  }

  private drop(root: string): void {
    const control = this.controls.get(root);
    this.controls.delete(root);
    control?.group.dispose();
    control?.source.dispose();
  }

  private stateOf(path: string, uri: vscode.Uri): vscode.SourceControlResourceState {
    const { status = "modified", hunks = [] } = this.pending.change(path) ?? {};
    const { before, after, title } = pendingDiff(this.pending, path, uri);
    const from = this.pending.movedFrom(path);
    const done = from === undefined ? said[status] : `Moved from ${from}`;
    return {
      resourceUri: uri,
      command: { command: "vscode.diff", title: "Show the Changes", arguments: [before, after, title] },
      decorations: {
        strikeThrough: status === "deleted",
        tooltip: `${done} by Hearth, ${hunks.length === 1 ? "1 change" : `${hunks.length} changes`} to review`,
      },
      contextValue: status,
    };
  }
}

const said = { modified: "Changed", created: "Created", deleted: "Deleted" };

/** The two sides of a file under review: a file that was moved stands against what it was. */
export function pendingDiff(pending: PendingReviews, path: string, uri: vscode.Uri) {
  const status = pending.change(path)?.status;
  const from = pending.movedFrom(path);
  return {
    before: status === "created" && from === undefined ? noFileUri(uri) : baseUri(from ?? path, uri),
    after: status === "deleted" ? noFileUri(uri) : uri,
    title: `${path.split(/[\\/]/).at(-1) ?? path} (${from === undefined ? "" : `moved from ${from}, `}changed by Hearth)`,
  };
}
