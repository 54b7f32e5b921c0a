import * as nodePath from "node:path";
import { AgentError } from "../../core/errors";
import type { NewEvent, Trouble } from "../../core/events";
import type { Trail } from "../../core/ports";
import type { Task } from "../../core/task";
import { changedFilesOf } from "../../machine/git/checkpoint-files";
import { type ChangedFile, GitTrail, type MessageParts } from "../../machine/git/git-trail";
import { Serial } from "../../machine/serial";
import type { Kept } from "../undo/open-parts";
import { actionTitle, messageOf } from "./describe-commit";
import type { RepositoryConsent } from "./repository-consent";

export interface TrailParts {
  /** The user's setting. */
  isOn(): boolean;
  /** Named in each commit, as `Name <address>`. */
  coAuthor(): string | undefined;
  /** Absolute folders that are open. */
  folders(): readonly string[];
  task(taskId: string): Task | undefined;
  /** The checkpoints of a task. */
  kept(taskId: string): Promise<readonly Kept[]>;
  consent: RepositoryConsent;
  reportBug(error: unknown): void;
}

interface Deed {
  actionId?: string;
  /** What was done, in a few words. */
  what: string;
}

/** Makes a commit of each accepted action, where the user wants that. One commit is made after the other. */
export class CommitTrail {
  private readonly committing = new Serial();
  /** Folders of which it was told that they are in no repository. */
  private readonly told = new Set<string>();

  constructor(private readonly parts: TrailParts) {}

  /** For the actions of one task. */
  of(taskId: string): Trail {
    return { record: (actionId, signal) => this.recordAction(taskId, actionId, signal) };
  }

  /** A commit of what an undo or a redo did, so that later ones fit. */
  async recordRestored(task: Task, what: string, kept: readonly Kept[]): Promise<void> {
    if (this.parts.isOn()) {
      await emitAll(task, await this.committing.run(() => this.commit(task, { what }, kept)));
    }
  }

  /** Makes one commit of the latest ones of a task. Throws `AgentError` when that cannot be done. */
  async squash(task: Task): Promise<void> {
    const events = await this.committing.run(async () => {
      const parts = this.messageParts(task, messageOf(task.events).title);
      const squashed: NewEvent[] = [];
      for (const trail of await this.repositories()) {
        const { commit, count } = await trail.squashTask(task.id, parts);
        squashed.push({ type: "commits_squashed", commit, count, subject: await trail.subjectOf(commit) });
      }
      return squashed;
    });
    if (events.length === 0) {
      throw new AgentError(
        "no_repository",
        "No open folder is in a git repository, so there is nothing to squash.",
        "Open the folder of the repository, then squash again.",
      );
    }
    await emitAll(task, events);
  }

  /** Ends what a commit that was cut off by the end of the window has left in a repository. */
  async clearUp(): Promise<void> {
    if (this.parts.isOn()) {
      await this.committing.run(async () => {
        for (const trail of await this.repositories()) {
          await trail.clearUp();
        }
      });
    }
  }

  /** A hook may take its time: when the task is stopped meanwhile, what came of it is told later. */
  private async recordAction(taskId: string, actionId: string, signal: AbortSignal): Promise<NewEvent[]> {
    const task = this.parts.task(taskId);
    if (!this.parts.isOn() || task === undefined) {
      return [];
    }
    const events = this.committing.run(async () => {
      const kept = (await this.parts.kept(taskId)).filter(({ checkpoint }) => checkpoint.actionId === actionId);
      return this.commit(task, { actionId, what: actionTitle(task.events, actionId) }, kept);
    });
    const stopped = aborted(signal).then((): NewEvent[] => {
      void events.then((later) => emitAll(task, later));
      return [];
    });
    return Promise.race([events, stopped]);
  }

  /** Nothing that goes wrong here ends a task: it is told, and the files are as they are. */
  private async commit(task: Task, { actionId, what }: Deed, kept: readonly Kept[]): Promise<NewEvent[]> {
    const about = actionId === undefined ? {} : { actionId };
    const parts = this.messageParts(task, what);
    const events: NewEvent[] = [];
    try {
      for (const [trail, files] of await this.byRepository(kept)) {
        const event = await this.commitWithConsent(trail, files, parts);
        events.push(...(event === undefined ? [] : [{ ...event, ...about }]));
      }
      events.push(
        ...(await this.outside(kept)).map((trouble): NewEvent => ({ type: "not_committed", ...about, trouble })),
      );
    } catch (error) {
      events.push({ type: "not_committed", ...about, trouble: this.troubleOf(error) });
    }
    return events;
  }

  private messageParts(task: Task, what: string): MessageParts {
    const { request, model } = messageOf(task.events);
    return { what, request, taskId: task.id, model, coAuthor: this.parts.coAuthor() };
  }

  private async commitWithConsent(trail: GitTrail, files: readonly ChangedFile[], parts: MessageParts) {
    const answer = await this.parts.consent.ask(trail);
    if (answer === "refused") {
      const message = `You said not now to commits in ${nodePath.basename(trail.root)}.`;
      const remedy = "You are asked again in the next window.";
      return { type: "not_committed" as const, trouble: { code: "commits_refused", message, remedy } };
    }
    return answer === "given" ? commitIn(trail, files, parts) : undefined;
  }

  private troubleOf(error: unknown): Trouble {
    if (error instanceof AgentError) {
      const { trouble } = error;
      return trouble.code === "git_failed"
        ? { ...trouble, remedy: "The change is in your files, not in a commit." }
        : trouble;
    }
    this.parts.reportBug(error);
    const message = error instanceof Error ? error.message : String(error);
    return {
      code: "not_committed",
      message,
      remedy: "Your files are as they were; Output → Hearth has the details.",
    };
  }

  private async byRepository(kept: readonly Kept[]): Promise<Map<GitTrail, ChangedFile[]>> {
    const found = new Map<string, { trail: GitTrail; files: ChangedFile[] }>();
    for (const { folder, checkpoint } of kept) {
      const trail = await GitTrail.open(folder.root);
      if (trail !== undefined) {
        const files = await changedFilesOf(checkpoint, folder.realRoot, (state) => folder.store.contentOf(state));
        const others = found.get(trail.root)?.files ?? [];
        found.set(trail.root, { trail, files: [...others, ...files] });
      }
    }
    return new Map([...found.values()].map(({ trail, files }) => [trail, files]));
  }

  /** Folders in no repository, each told once. */
  private async outside(kept: readonly Kept[]): Promise<Trouble[]> {
    const troubles: Trouble[] = [];
    for (const { folder } of kept) {
      if (!this.told.has(folder.root) && (await GitTrail.open(folder.root)) === undefined) {
        this.told.add(folder.root);
        const message = `${nodePath.basename(folder.root)} is in no git repository.`;
        troubles.push({
          code: "no_repository",
          message,
          remedy: "Make it one, or switch hearth.git.commitEachAction off.",
        });
      }
    }
    return troubles;
  }

  private async repositories(): Promise<GitTrail[]> {
    const found = new Map<string, GitTrail>();
    for (const folder of this.parts.folders()) {
      const trail = await GitTrail.open(folder);
      if (trail !== undefined) {
        found.set(trail.root, trail);
      }
    }
    return [...found.values()];
  }
}

/** Undefined when the action changed nothing that a commit could hold. */
async function commitIn(
  trail: GitTrail,
  files: readonly ChangedFile[],
  parts: MessageParts,
): Promise<Extract<NewEvent, { type: "committed" }> | undefined> {
  const { commit, leftOut } = await trail.commitAction(files, parts);
  if (commit === undefined) {
    return leftOut.length === 0 ? undefined : { type: "committed", subject: parts.what, leftOut };
  }
  return { type: "committed", commit, subject: await trail.subjectOf(commit), leftOut };
}

async function emitAll(task: Task, events: readonly NewEvent[]): Promise<void> {
  for (const event of events) {
    await task.emit(event);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    } else {
      signal.addEventListener("abort", () => resolve(), { once: true });
    }
  });
}
