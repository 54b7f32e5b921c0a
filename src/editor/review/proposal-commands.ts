import * as vscode from "vscode";
import type { Announcer } from "./announcer";
import type { Approvals } from "./approvals";
import type { Proposal } from "./proposal";
import type { ProposalDocuments } from "./proposal-documents";
import { ProposalPlaces } from "./proposal-places";
import { identityOf } from "./proposal-uri";
import type { ProposalSpot } from "./spot";

type Given = "accepted" | "rejected" | undefined;

/** What the user decides about proposals outside the panel: by lens, by key, by menu. */
export class ProposalCommands {
  private readonly places: ProposalPlaces;

  constructor(
    private readonly documents: ProposalDocuments,
    private readonly approvals: Approvals,
    private readonly announcer: Announcer,
  ) {
    this.places = new ProposalPlaces(documents.proposals);
  }

  /** Something waits for an answer. */
  get isOpen(): boolean {
    return this.documents.proposals.all().length > 0;
  }

  /** The active editor shows a proposal, or the left side of one. */
  get isHere(): boolean {
    return this.places.atCursor() !== undefined;
  }

  /** The active editor is one of many files of a proposal. */
  get isShowingAll(): boolean {
    return this.documents.proposals.all().some((proposal) => this.documents.isShowingAll(proposal));
  }

  async decideHunk(given: Given, spot = this.places.atCursor(), remark?: string): Promise<void> {
    this.documents.flush();
    const proposal = this.documents.proposals.get(spot?.actionId ?? "");
    if (!spot?.hunk || !proposal) {
      await this.goTo(this.places.step(1));
      return;
    }
    this.announcer.say(describe(proposal, spot, given));
    await this.decide(proposal, [spot.hunk], given, { spot, remark });
  }

  /** A remark belongs to the part that it is about, and reaches the model with the answer to the whole. */
  async rejectHunkSaying(spot = this.places.atCursor()): Promise<void> {
    const remark = await vscode.window.showInputBox({
      title: "Reject This Change",
      prompt: "What the model should know about it. It gets this with your answer to the whole proposal.",
      placeHolder: "Why not, or what instead",
    });
    if (remark !== undefined) {
      await this.decideHunk("rejected", spot, remark.trim());
    }
  }

  async decideFile(given: "accepted" | "rejected", spot = this.places.atCursor()): Promise<void> {
    this.documents.flush();
    const proposal = this.documents.proposals.get(spot?.actionId ?? "");
    if (!spot || !proposal) {
      await this.goTo(this.places.step(1));
      return;
    }
    const left = proposal.undecided(spot.path).filter((id) => given === "rejected" || proposal.verdict(id) !== "held");
    this.announcer.say(
      `${given === "accepted" ? "Accepted" : "Rejected"} ${count(left.length)} in ${nameOf(spot.path)}.`,
    );
    await this.decide(proposal, left, given, { spot: { actionId: spot.actionId, path: spot.path } });
  }

  /** Answers the proposal in the active editor, else the newest one. Parts that were rejected one by one stay rejected. */
  async decideAll(allow: boolean): Promise<void> {
    this.documents.flush();
    const proposal = this.documents.current();
    const held = proposal?.verdicts.held[0];
    if (allow && proposal && held !== undefined) {
      const path = proposal.files.find((file) => file.hunks.some(({ id }) => id === held))?.path ?? "";
      await this.goTo({ actionId: proposal.actionId, path, hunk: held });
      const text = `You typed in lines of ${nameOf(path)} that this proposal changes. Decide about that part by itself.`;
      void vscode.window.showInformationMessage(text);
      return;
    }
    if (!proposal || !this.approvals.answerTrusted(proposal.actionId, { allow })) {
      void vscode.window.showInformationMessage("Hearth has no proposal that waits for an answer.");
      return;
    }
    this.announcer.say(allow ? "Accepted the proposal." : "Rejected the proposal.");
  }

  async step(by: 1 | -1): Promise<void> {
    this.documents.flush();
    await this.goTo(this.places.step(by));
  }

  /** All files of the proposal in one editor. */
  async review(): Promise<void> {
    const proposal = this.documents.current();
    if (proposal) {
      await this.documents.openAll(proposal);
    }
  }

  private async decide(
    proposal: Proposal,
    hunks: readonly string[],
    given: Given,
    { spot, remark }: { spot: ProposalSpot; remark?: string | undefined },
  ): Promise<void> {
    this.documents.proposals.decide(proposal, hunks, given, remark);
    if (proposal.isDecided) {
      const allow = proposal.verdicts.accepted.length > 0;
      this.approvals.answerTrusted(proposal.actionId, { allow });
      return;
    }
    const next = this.places.undecidedAfter(proposal, spot);
    const isFileDone = proposal.undecided(spot.path).length === 0;
    const isHere = isCursorIn(proposal.documentId, spot.path);
    if (given !== undefined && next && !this.documents.isShowingAll(proposal) && (isFileDone || isHere)) {
      await this.goTo(next);
    }
  }

  private async goTo(spot: ProposalSpot | undefined): Promise<void> {
    if (!spot) {
      void vscode.window.showInformationMessage("Hearth has no proposal that waits for an answer.");
      return;
    }
    const editor = vscode.window.activeTextEditor;
    const shown = editor && identityOf(editor.document.uri);
    const proposal = this.documents.proposals.get(spot.actionId);
    if (editor && shown && shown.id === proposal?.documentId && shown.path === spot.path) {
      const line = Math.min(this.places.lineOf(spot), editor.document.lineCount - 1);
      editor.selection = new vscode.Selection(line, 0, line, 0);
      editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      await vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup");
      return;
    }
    await this.documents.open(spot.actionId, spot.path, spot.hunk);
  }
}

/** The hand is in this file's editor; a click on another one's lens does not pull the cursor away. */
function isCursorIn(documentId: string, path: string): boolean {
  const editor = vscode.window.activeTextEditor;
  const identity = editor && identityOf(editor.document.uri);
  return identity?.id === documentId && identity.path === path;
}

function describe(proposal: Proposal, spot: ProposalSpot, given: Given): string {
  const hunks = proposal.file(spot.path)?.change.hunks ?? [];
  const number = hunks.findIndex(({ id }) => id === spot.hunk) + 1;
  const did = given === undefined ? "Took back the answer to" : given === "accepted" ? "Accepted" : "Rejected";
  const left = new Set(proposal.undecided());
  left.delete(spot.hunk ?? "");
  const rest = given === undefined ? "" : left.size === 0 ? " None left to decide." : ` ${left.size} left to decide.`;
  return `${did} change ${number} of ${hunks.length} in ${nameOf(spot.path)}.${rest}`;
}

function nameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

function count(hunks: number): string {
  return hunks === 1 ? "1 change" : `${hunks} changes`;
}
