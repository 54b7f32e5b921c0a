import * as vscode from "vscode";
import type { Hunk } from "../../core/events";
import { changedLines, hunkAt } from "./hunk-lines";
import type { Proposal } from "./proposal";
import { proposalIn } from "./proposal-tabs";
import { identityOf } from "./proposal-uri";
import type { Proposals } from "./proposals";
import type { ProposalSpot } from "./spot";

/** A file of a proposal, and the line there. */
interface Cursor {
  proposal: Proposal;
  path: string;
  hunks: readonly Hunk[];
  line: number;
  side: "old" | "new";
}

/** Which part of which proposal the cursor is in: on either side of a diff, alone or among those of many files. */
export class ProposalPlaces {
  constructor(private readonly proposals: Proposals) {}

  /** The hunk at the cursor, or the nearest one of that file. */
  atCursor(): ProposalSpot | undefined {
    const cursor = this.cursor();
    const hunk = cursor && hunkAt(cursor.hunks, cursor.line, cursor.side);
    return cursor && { actionId: cursor.proposal.actionId, path: cursor.path, ...(hunk ? { hunk: hunk.id } : {}) };
  }

  /** The hunk after or before the cursor, in this file, the next ones and the next proposals, and round again. */
  step(by: 1 | -1): ProposalSpot | undefined {
    const all = this.allSpots();
    const cursor = this.cursor();
    if (!cursor || all.length === 0) {
      return by === 1 ? all[0] : all.at(-1);
    }
    const starts = (hunk: Hunk) => changedLines(hunk)[cursor.side === "new" ? "newStart" : "oldStart"];
    const here = cursor.hunks.map((hunk) => ({ hunk, start: starts(hunk) }));
    const next =
      by === 1 ? here.find(({ start }) => start > cursor.line) : here.findLast(({ start }) => start < cursor.line);
    if (next) {
      return { actionId: cursor.proposal.actionId, path: cursor.path, hunk: next.hunk.id };
    }
    const isHere = (spot: ProposalSpot) => spot.actionId === cursor.proposal.actionId && spot.path === cursor.path;
    const at = by === 1 ? all.findLastIndex(isHere) : all.findIndex(isHere);
    return all.at((at + by + all.length) % all.length);
  }

  /** The first part without an answer after this one: in its file and round again there, then in the other files. */
  undecidedAfter(proposal: Proposal, spot: ProposalSpot): ProposalSpot | undefined {
    const left = new Set(proposal.undecided());
    const spots = spotsOf(proposal);
    const from = spots.findIndex((each) => each.path === spot.path && (!spot.hunk || each.hunk === spot.hunk));
    const ordered = [...spots.slice(from + 1), ...spots.slice(0, from + 1)];
    const open = ordered.filter(({ hunk }) => hunk !== undefined && left.has(hunk));
    return open.find(({ path }) => path === spot.path) ?? open[0];
  }

  /** The lines of a hunk in the proposal's document. */
  lineOf({ actionId, path, hunk }: ProposalSpot): number {
    const found = this.proposals
      .get(actionId)
      ?.file(path)
      ?.change.hunks.find(({ id }) => id === hunk);
    return found ? changedLines(found).newStart : 0;
  }

  private allSpots(): ProposalSpot[] {
    return this.proposals.all().flatMap(spotsOf);
  }

  private cursor(): Cursor | undefined {
    const editor = vscode.window.activeTextEditor;
    if (!editor) {
      return undefined;
    }
    const own = identityOf(editor.document.uri);
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    const isLeft =
      tab?.input instanceof vscode.TabInputTextDiff && tab.input.original.toString() === editor.document.uri.toString();
    const identity = own ?? (isLeft ? proposalIn(tab) : undefined);
    const proposal = this.proposals.shownAs(identity?.id ?? "");
    const file = identity && proposal?.file(identity.path);
    return identity && proposal && file
      ? {
          proposal,
          path: identity.path,
          hunks: file.change.hunks,
          line: editor.selection.active.line,
          side: own === undefined || own.side === "before" ? "old" : "new",
        }
      : undefined;
  }
}

function spotsOf(proposal: Proposal): ProposalSpot[] {
  return proposal.shownPaths.flatMap((path) =>
    (proposal.file(path)?.change.hunks ?? []).map(({ id }) => ({ actionId: proposal.actionId, path, hunk: id })),
  );
}
