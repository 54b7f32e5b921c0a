import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../disposables";
import { liveDocument } from "../files/open-documents";
import { changedSpans } from "../files/spans";
import type { Draft, ProposalFiles } from "./proposal-files";
import { type ProposalTabs, proposalIn, sideUri } from "./proposal-tabs";

const sign = "draft-";

/** Diffs of proposals while the model still writes them. The proposal takes its draft's place in the same tab. */
export class Drafting implements Disposable {
  private readonly store = new DisposableStore();

  constructor(
    private readonly drafts: Map<string, Draft>,
    private readonly files: ProposalFiles,
    private readonly tabs: ProposalTabs,
  ) {
    this.closeLeftovers();
  }

  /** Begins to show a draft beside the code; the focus stays. Returns its id. */
  begin(draft: Draft): string {
    const id = sign + randomBytes(8).toString("hex");
    this.drafts.set(id, draft);
    void this.tabs.open(id, draft.path, () => this.drafts.get(id), { preserveFocus: true });
    return id;
  }

  grow(id: string, target: string): void {
    const draft = this.drafts.get(id);
    if (!draft || draft.target === target) {
      return;
    }
    const line = lastChangedLine(draft.target, target);
    this.drafts.set(id, { ...draft, target });
    const uri = sideUri(id, draft.path, "proposed");
    if (liveDocument(uri)) {
      this.files.tell(uri);
      this.follow(uri, line);
    }
  }

  /** The proposal for this file is there: it goes on in the draft's documents. */
  adopt(path: string): string | undefined {
    const id = [...this.drafts].findLast(([, draft]) => draft.path === path)?.[0];
    if (id !== undefined) {
      this.drafts.delete(id);
    }
    return id;
  }

  /** Nothing came of it. */
  async drop(id: string): Promise<void> {
    const draft = this.drafts.get(id);
    if (draft && this.drafts.delete(id)) {
      await this.tabs.close(id, [draft.path]);
    }
  }

  dispose(): void {
    this.drafts.clear();
    this.store.dispose();
  }

  /** The eye follows the writing, unless the user is in that editor. */
  private follow(uri: vscode.Uri, line: number): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor !== vscode.window.activeTextEditor && editor.document.uri.toString() === uri.toString()) {
        const at = Math.min(line, editor.document.lineCount - 1);
        editor.revealRange(new vscode.Range(at, 0, at, 0), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      }
    }
  }

  /** A draft does not outlive its window; its tab may. */
  private closeLeftovers(): void {
    const left = vscode.window.tabGroups.all.flatMap((group) =>
      group.tabs.filter((tab) => proposalIn(tab)?.id.startsWith(sign)),
    );
    if (left.length > 0) {
      void vscode.window.tabGroups.close(left, true);
    }
  }
}

function lastChangedLine(before: string, now: string): number {
  const span = changedSpans(before, now).at(-1);
  const upTo = span ? before.slice(0, span.start) + span.text : "";
  return upTo.split("\n").length - 1;
}
