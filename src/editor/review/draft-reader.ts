import type { AgentEvent, EventOf } from "../../core/events";
import type { Files } from "../../core/ports";
import { type Disposable, DisposableStore } from "../disposables";
import { asError, type Log } from "../log";
import { draftText, readDraft, streamedTools } from "./draft-text";
import type { Drafting } from "./drafting";
import { Later } from "./later";

const settleMs = 200;

interface Writing {
  /** Arguments as far as they have arrived. */
  args: string;
  tool: string;
  /** What the file holds, once it is known which one. */
  base?: { path: string; text: string | undefined };
  draftId?: string;
  /** Once the reply is whole. */
  callId?: string;
}

interface Room {
  files: Files;
  /** False when this task's edits are not asked about, so that there is nothing to look at before they are written. */
  asks(taskId: string): boolean;
  log: Log;
}

/** Shows the first edit of a reply while its arguments arrive, where the server sends them in pieces. */
export class DraftReader implements Disposable {
  private readonly store = new DisposableStore();
  private readonly later = this.store.add(new Later(settleMs));
  private readonly writing = new Map<string, Writing>();
  private readonly signal = new AbortController().signal;

  constructor(
    private readonly drafting: Drafting,
    private readonly room: Room,
  ) {}

  take(event: AgentEvent): void {
    switch (event.type) {
      case "reply_delta":
        this.takePiece(event);
        return;
      case "turn_started":
      case "finished":
        this.end(event.taskId);
        return;
      case "reply_finished":
        this.expect(event);
        return;
      case "action_finished":
        if (this.writing.get(event.taskId)?.callId === event.callId) {
          this.end(event.taskId);
        }
        return;
    }
  }

  dispose(): void {
    this.store.dispose();
  }

  private takePiece({ kind, name = "", text, taskId }: EventOf<"reply_delta">): void {
    const known = this.writing.get(taskId);
    if (kind !== "call" || !streamedTools.has(name) || (known && known.tool !== name) || !this.room.asks(taskId)) {
      return;
    }
    const writing = known ?? { args: "", tool: name };
    writing.args += text;
    this.writing.set(taskId, writing);
    if (known === undefined || !this.later.has(taskId)) {
      this.later.put(taskId, () => this.look(taskId, writing));
    }
  }

  /** A draft that is shown stays until its call is done with, whatever comes of it; from now on its proposal may be there. */
  private expect({ taskId, calls }: EventOf<"reply_finished">): void {
    this.later.drop(taskId);
    const writing = this.writing.get(taskId);
    const call = calls.find(({ name }) => name === writing?.tool);
    if (writing && call) {
      writing.callId = call.id;
    } else {
      this.end(taskId);
    }
  }

  private look(taskId: string, writing: Writing): void {
    this.show(taskId, writing).catch((error) =>
      this.room.log.error(asError(error), "showing an edit as it is written"),
    );
  }

  private async show(taskId: string, writing: Writing): Promise<void> {
    const draft = readDraft(writing.args);
    if (!draft) {
      return;
    }
    const { path } = draft.call;
    const base = writing.base ?? (await this.baseOf(path));
    const isOver = writing.callId !== undefined || this.writing.get(taskId) !== writing;
    if (!base || base.path !== path || isOver) {
      return;
    }
    writing.base = base;
    const target = draftText(base.text, draft);
    if (target === undefined || target === base.text) {
      return;
    }
    if (writing.draftId === undefined) {
      writing.draftId = this.drafting.begin({ path, base: base.text, target });
    } else {
      this.drafting.grow(writing.draftId, target);
    }
  }

  /** Only what lies inside the workspace is looked at before the gate has judged the call. */
  private async baseOf(path: string): Promise<Writing["base"]> {
    const { files } = this.room;
    const facts = await files.look(path, this.signal);
    if (facts === undefined) {
      return { path, text: undefined };
    }
    return facts.kind === "file" && facts.resolved !== undefined
      ? { path, text: await files.read(path, this.signal) }
      : undefined;
  }

  private end(taskId: string): void {
    const writing = this.writing.get(taskId);
    this.later.drop(taskId);
    this.writing.delete(taskId);
    if (writing?.draftId !== undefined) {
      this.drafting.drop(writing.draftId).catch((error) => this.room.log.error(asError(error), "closing a draft"));
    }
  }
}
