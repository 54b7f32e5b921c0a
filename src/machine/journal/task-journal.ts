import type { FileHandle } from "node:fs/promises";
import { AgentError } from "../../core/errors";
import type { AgentEvent } from "../../core/events";
import type { Journal } from "../../core/ports";
import { DeltaBuffer } from "./live-replies";
import type { ProcessLock } from "./process-lock";
import { encodeRecord } from "./record";

/** Where records go. `position` is where the next one begins. */
export interface Target {
  file: FileHandle;
  lock: ProcessLock;
  key: Uint8Array;
  link: Buffer;
  sequence: number;
  position: number;
}

interface Waiting {
  payload: Buffer;
  durable: boolean;
  resolve(): void;
  reject(error: unknown): void;
}

const deltasEveryMs = 500;

/**
 * The open journal of one task. Records that were asked for together are written and flushed together. When a write
 * fails, nothing of it stays in the file; it is tried again, in its order, with the next record.
 */
export class TaskJournal implements Journal {
  private queue: Waiting[] = [];
  private pumping: Promise<void> | undefined;
  private readonly deltas = new DeltaBuffer();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  /**
   * `target` is undefined for a task that is kept in memory only; `readOnly` says why nothing may be written.
   * `notes` are sentences about the record itself, for the user.
   */
  constructor(
    readonly events: readonly AgentEvent[],
    readonly notes: readonly string[],
    readonly readOnly: string | undefined,
    private readonly target: Target | undefined,
  ) {}

  /** Whether what is appended survives this process. */
  get durable(): boolean {
    return this.target !== undefined;
  }

  /**
   * Resolves when the event is on the disk. Output of commands and pieces of replies are written without waiting for
   * the disk: they survive the end of this process, not a loss of power. Throws `AgentError` when it cannot be kept.
   */
  async append(event: AgentEvent): Promise<void> {
    if (this.readOnly !== undefined) {
      throw new AgentError("journal_read_only", this.readOnly, "Start a new task to go on.");
    }
    if (this.target === undefined || this.closed) {
      return;
    }
    if (event.type === "reply_delta") {
      this.deltas.add(event);
      this.timer ??= setTimeout(() => this.writeDeltas(), deltasEveryMs);
      return;
    }
    if (event.type === "reply_finished") {
      this.deltas.take();
    }
    this.writeDeltas();
    await this.enqueue(event, event.type !== "action_output");
  }

  async close(): Promise<void> {
    if (this.closed) {
      return;
    }
    this.writeDeltas();
    this.closed = true;
    await this.pumping;
    await this.pump();
    await this.target?.file.close();
    await this.target?.lock.release();
  }

  /** Losing a piece of a reply is no reason to stop: the whole reply follows, and its failure is told. */
  private writeDeltas(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const delta of this.deltas.take()) {
      this.enqueue(delta, false).catch(() => undefined);
    }
  }

  private enqueue(event: AgentEvent, durable: boolean): Promise<void> {
    const payload = Buffer.from(JSON.stringify(event), "utf8");
    return new Promise((resolve, reject) => {
      this.queue.push({ payload, durable, resolve, reject });
      this.pumping ??= this.pump().finally(() => {
        this.pumping = undefined;
      });
    });
  }

  private async pump(): Promise<void> {
    while (this.queue.length > 0) {
      const batch = this.queue;
      this.queue = [];
      try {
        await this.write(this.target as Target, batch);
        for (const waiting of batch) {
          waiting.resolve();
        }
      } catch (error) {
        for (const waiting of [...batch, ...this.queue]) {
          waiting.reject(error);
        }
        this.queue = [...batch, ...this.queue].map(keptForNextTime);
        return;
      }
    }
  }

  private async write(target: Target, batch: readonly Waiting[]): Promise<void> {
    let { link, sequence } = target;
    const records = batch.map(({ payload }) => {
      const { bytes, seal } = encodeRecord(target.key, link, sequence, payload);
      link = seal;
      sequence += 1;
      return bytes;
    });
    const bytes = Buffer.concat(records);
    const durable = batch.some((waiting) => waiting.durable);
    if (durable && !(await target.lock.isHeld())) {
      throw lostLock();
    }
    try {
      await writeAll(target.file, bytes, target.position);
      if (durable) {
        await target.file.datasync();
      }
    } catch (error) {
      throw await this.takeBack(target, error);
    }
    target.link = link;
    target.sequence = sequence;
    target.position += bytes.length;
  }

  private async takeBack(target: Target, error: unknown): Promise<AgentError> {
    const reason = (error as Error).message;
    const failure = new AgentError(
      "journal_not_written",
      `The record of this task could not be written: ${reason}.`,
      "Nothing was done. Free some space or make the storage folder writable, then try again.",
      { cause: error },
    );
    await target.file.truncate(target.position).catch((cause: unknown) => {
      failure.message += ` Its end could not be mended: ${(cause as Error).message}.`;
    });
    return failure;
  }
}

/** Nothing may stand in the record without what came before it: what failed is tried again with the next event. */
function keptForNextTime({ payload, durable }: Waiting): Waiting {
  return { payload, durable, resolve: () => undefined, reject: () => undefined };
}

function lostLock(): AgentError {
  return new AgentError(
    "task_held",
    "Another window has taken over this task, or its storage folder was removed.",
    "Go on in the other window, or open the task again.",
  );
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}
