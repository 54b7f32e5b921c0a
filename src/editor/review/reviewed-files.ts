import type { AgentEvent } from "../../core/events";
import type { FileEdit, Files } from "../../core/ports";
import type { PendingReviews, Reason } from "./pending";

/** Who is told that the agent writes now, so that its changes are not taken for the user's. */
export interface WriteWatch {
  begin(paths: readonly string[]): void;
  /** How the user changed the file since: a quick undo or redo in the editor is one also while it is written. */
  meanwhile(path: string): Reason;
  end(paths: readonly string[]): void;
}

/** A task's files; what it writes without having asked is put up for review. */
export class ReviewedFiles implements Files {
  readonly read: Files["read"];
  readonly look: Files["look"];
  readonly list: Files["list"];

  constructor(
    private readonly files: Files,
    private readonly pending: PendingReviews,
    private readonly watch: WriteWatch,
    /** One file has one review, however its path is written. */
    private readonly nameOf: (path: string) => Promise<string>,
    private readonly events: () => readonly AgentEvent[],
  ) {
    this.read = (...args) => files.read(...args);
    this.look = (...args) => files.look(...args);
    this.list = (...args) => files.list(...args);
  }

  async apply(edits: readonly FileEdit[], label: string, signal: AbortSignal) {
    const named = await Promise.all(edits.map((edit) => this.named(edit)));
    const paths = named.map(({ path }) => path);
    const unasked = wasAllowedUnasked(this.events());
    this.watch.begin(paths);
    try {
      const after = await this.files.apply(edits, label, signal);
      for (const [index, edit] of named.entries()) {
        const { text: target, form } = after[index] ?? {};
        const meanwhile = this.watch.meanwhile(edit.path);
        if (unasked) {
          this.pending.wrote(meanwhile === "edit" ? { ...edit, target } : edit);
        }
        this.pending.follow(edit.path, target, meanwhile, form);
      }
      return after;
    } finally {
      this.watch.end(paths);
    }
  }

  private async named({ path, movedFrom, ...edit }: FileEdit): Promise<FileEdit> {
    const from = movedFrom === undefined ? undefined : await this.nameOf(movedFrom);
    return { ...edit, path: await this.nameOf(path), movedFrom: from };
  }
}

/** The action that runs now was let through by a rule. */
export function wasAllowedUnasked(events: readonly AgentEvent[]): boolean {
  const started = events.findLast((event) => event.type === "action_started");
  const judged = events.findLast((event) => event.type === "action_judged" && event.actionId === started?.actionId);
  return judged?.type === "action_judged" && judged.verdict === "allow";
}
