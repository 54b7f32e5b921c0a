import type { FileEdit } from "../../core/ports";
import type { Disposable } from "../disposables";
import { Emitter, type Listen } from "../emitter";
import { type KeptProposal, Proposal } from "./proposal";

export interface ProposalChange {
  proposal: Proposal;
  /** Files whose texts changed; empty when only verdicts did. */
  paths: readonly string[];
}

/** The proposals that stand in this window, oldest first. */
export class Proposals implements Disposable {
  private readonly standing = new Map<string, Proposal>();
  private readonly changed = new Emitter<ProposalChange>();
  private readonly counted = new Emitter<void>();
  readonly onDidChange: Listen<ProposalChange> = this.changed.listen;
  /** One came or went. */
  readonly onDidCount: Listen<void> = this.counted.listen;

  /** `documentId`: under which its documents are shown, when they were there before it. */
  add(actionId: string, edits: readonly FileEdit[], documentId?: string): Proposal {
    const proposal = new Proposal(actionId, edits, documentId);
    this.standing.set(actionId, proposal);
    this.counted.fire();
    return proposal;
  }

  remove(actionId: string): boolean {
    const was = this.standing.delete(actionId);
    if (was) {
      this.counted.fire();
    }
    return was;
  }

  get(actionId: string): Proposal | undefined {
    return this.standing.get(actionId);
  }

  shownAs(documentId: string): Proposal | undefined {
    return this.all().find((proposal) => proposal.documentId === documentId);
  }

  all(): Proposal[] {
    return [...this.standing.values()];
  }

  edit(proposal: Proposal, path: string, target: string): void {
    if (proposal.edit(path, target)) {
      this.changed.fire({ proposal, paths: [path] });
    }
  }

  follow(proposal: Proposal, path: string, base: string): void {
    if (proposal.follow(path, base)) {
      this.changed.fire({ proposal, paths: [path] });
    }
  }

  restore(proposal: Proposal, kept: KeptProposal): void {
    const paths = proposal.restore(kept);
    this.changed.fire({ proposal, paths });
  }

  decide(
    proposal: Proposal,
    hunks: readonly string[],
    verdict: "accepted" | "rejected" | undefined,
    remark?: string,
  ): void {
    proposal.decide(hunks, verdict, remark);
    this.changed.fire({ proposal, paths: [] });
  }

  dispose(): void {
    this.changed.dispose();
    this.counted.dispose();
  }
}
