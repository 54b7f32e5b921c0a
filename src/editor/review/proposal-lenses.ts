import * as vscode from "vscode";
import type { Hunk } from "../../core/events";
import { type Disposable, DisposableStore } from "../disposables";
import { changedLines, countText } from "./hunk-lines";
import { LensSignal } from "./lens-signal";
import type { Proposal, Verdict } from "./proposal";
import { identityOf, proposalScheme } from "./proposal-uri";
import type { Proposals } from "./proposals";
import type { ProposalSpot } from "./spot";

/** `Accept | Reject` over each hunk of a proposal, and for the file over its first one. */
export class ProposalLenses implements vscode.CodeLensProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new LensSignal(({ uri }) => uri.scheme === proposalScheme));
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(
    private readonly proposals: Proposals,
    private readonly drafts: ReadonlyMap<string, unknown>,
  ) {
    this.store.add(vscode.languages.registerCodeLensProvider({ scheme: proposalScheme }, this));
    this.store.add(proposals.onDidChange(() => this.changed.fire()));
    this.store.add(proposals.onDidCount(() => this.changed.fire()));
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const identity = identityOf(document.uri);
    if (identity?.side === "proposed" && this.drafts.has(identity.id)) {
      return [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), said("$(loading~spin) The model is writing this…"))];
    }
    const proposal = this.proposals.shownAs(identity?.id ?? "");
    const file = identity && proposal?.file(identity.path);
    if (!identity || !proposal?.shownPaths.includes(identity.path) || !file) {
      return [];
    }
    if (identity.side === "before" && file.target !== undefined) {
      return [];
    }
    const { hunks, moved } = file.change;
    return hunks.flatMap((hunk, index) => {
      const line = Math.min(changedLines(hunk).newStart, document.lineCount - 1);
      const range = new vscode.Range(line, 0, line, 0);
      const spot = { actionId: proposal.actionId, path: identity.path, hunk: hunk.id };
      const row = [
        ...verdictLenses(proposal, hunk, spot),
        ...(index === 0 && hunks.length > 1 ? fileLenses({ actionId: spot.actionId, path: spot.path }) : []),
        said(moved ? `moved from ${moved.from}` : countText(hunk)),
        ...(hunks.length > 1 ? [said(`${index + 1} of ${hunks.length}`)] : []),
      ];
      return row.map((command) => new vscode.CodeLens(range, command));
    });
  }

  dispose(): void {
    this.store.dispose();
  }
}

const titles: Record<Verdict, { accept: string; reject: string }> = {
  open: { accept: "$(check) Accept", reject: "$(close) Reject" },
  held: { accept: "$(warning) Accept Over Your Text", reject: "$(close) Reject" },
  accepted: { accept: "$(pass-filled) Accepted", reject: "$(close) Reject" },
  rejected: { accept: "$(check) Accept", reject: "$(circle-slash) Rejected" },
};

/** A verdict that was given is taken back by the same lens. */
function verdictLenses(proposal: Proposal, hunk: Hunk, spot: ProposalSpot): vscode.Command[] {
  const verdict = proposal.verdict(hunk.id);
  const title = titles[verdict];
  const lens = (command: string, name: string, tooltip: string): vscode.Command => ({
    command: `hearth.${command}`,
    title: name,
    tooltip,
    arguments: [spot],
  });
  return [
    verdict === "accepted"
      ? lens("reopenHunk", title.accept, "Take this answer back")
      : lens("acceptHunk", title.accept, "Write this part of the proposal"),
    ...(verdict === "rejected"
      ? [lens("reopenHunk", title.reject, "Take this answer back")]
      : [
          lens("rejectHunk", title.reject, "Leave this part out"),
          lens("rejectHunkSaying", "$(comment) Why Not…", "Leave this part out and tell the model why"),
        ]),
  ];
}

function fileLenses(spot: ProposalSpot): vscode.Command[] {
  return [
    { command: "hearth.acceptFile", title: "$(check-all) Accept File", arguments: [spot] },
    { command: "hearth.rejectFile", title: "$(close) Reject File", arguments: [spot] },
  ];
}

function said(title: string): vscode.Command {
  return { command: "", title };
}
