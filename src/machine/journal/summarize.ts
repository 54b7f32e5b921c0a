import { type FileHandle, open } from "node:fs/promises";
import type { AgentEvent } from "../../core/events";
import { tellsStanding } from "../../core/standing";
import { FileBytes } from "./file-bytes";
import { parseEvent } from "./read-journal";
import { headBytes, magic, readFrame, readSealed, readVersion, version } from "./record";
import { scanRecords } from "./scan-records";

export interface TaskSummary {
  id: string;
  title: string;
  /** Milliseconds since the epoch of the last event. */
  at: number;
  /** `working`: another running window has it open. `interrupted`: it ended without an end. */
  state: "working" | "waiting" | "interrupted" | "done" | "failed" | "stopped";
}

/** Reads the beginning and the end of a journal only. */
export async function summarize(path: string, id: string): Promise<TaskSummary> {
  const file = await open(path, "r");
  try {
    const { size, mtimeMs } = await file.stat();
    const bytes = new FileBytes(file, size);
    const head = await bytes.at(0, 64);
    const stated = readVersion(head);
    if (stated !== undefined && stated > version) {
      return { id, title: "A task of a newer version of Hearth", at: mtimeMs, state: "interrupted" };
    }
    const title = await readTitle(bytes, stated === undefined ? 0 : head.indexOf(10) + 1);
    const newest = await lastEvent(file, size, () => true);
    const telling = newest && !tellsStanding(newest) ? await lastEvent(file, size, tellsStanding) : newest;
    return { id, title, at: newest?.at ?? mtimeMs, state: stateAfter(telling) };
  } finally {
    await file.close();
  }
}

const searchedForTitle = 4 * 1024 * 1024;

async function readTitle(bytes: FileBytes, start: number): Promise<string> {
  for await (const piece of scanRecords(bytes, start)) {
    const event = piece.kind === "record" ? parseEvent(piece.payload) : undefined;
    if (event?.type === "task_started") {
      return event.title;
    }
    if (piece.end > searchedForTitle) {
      break;
    }
  }
  return "A task whose beginning cannot be read";
}

type Wanted = (event: AgentEvent) => boolean;

/** The last intact event of this kind, found from the end in windows that grow. */
async function lastEvent(file: FileHandle, size: number, isWanted: Wanted): Promise<AgentEvent | undefined> {
  for (let window = 64 * 1024; ; window *= 8) {
    const start = Math.max(0, size - window);
    const tail = Buffer.alloc(size - start);
    const { bytesRead } = await file.read(tail, 0, tail.length, start);
    const event = lastEventIn(tail.subarray(0, bytesRead), isWanted);
    if (event !== undefined || start === 0) {
      return event;
    }
  }
}

function lastEventIn(bytes: Buffer, isWanted: Wanted): AgentEvent | undefined {
  for (let at = bytes.lastIndexOf(magic); at !== -1; at = at === 0 ? -1 : bytes.lastIndexOf(magic, at - 1)) {
    const frame = readFrame(bytes.subarray(at));
    const end = at + headBytes + (frame?.payloadBytes ?? 0);
    const sealed = frame && end <= bytes.length ? readSealed(bytes.subarray(at, end)) : undefined;
    const event = sealed && parseEvent(sealed.payload);
    if (event !== undefined && isWanted(event)) {
      return event;
    }
  }
  return undefined;
}

function stateAfter(event: AgentEvent | undefined): TaskSummary["state"] {
  if (event?.type === "action_judged" && event.verdict === "ask") {
    return "waiting";
  }
  if (event?.type !== "finished") {
    return "interrupted";
  }
  switch (event.reason) {
    case "answered":
    case "fixed":
    case "nothing_to_fix":
      return "done";
    case "stopped":
    case "step_limit":
    case "stuck":
      return "stopped";
    default:
      return "failed";
  }
}
