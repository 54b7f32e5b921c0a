import { type FileHandle, open } from "node:fs/promises";
import { AgentEvent, type EventOf } from "../../core/events";
import { parseJson } from "../../core/json";
import { FileBytes } from "./file-bytes";
import { firstLink, headBytes, isSealed, readVersion, version } from "./record";
import { scanRecords } from "./scan-records";

export interface JournalContent {
  events: AgentEvent[];
  /** Pieces of replies that were being written; they are not part of the task. */
  deltas: EventOf<"reply_delta">[];
  /** Where the payloads of the intact records stand, for a repair. */
  payloads: { start: number; end: number }[];
  headerIntact: boolean;
  sequence: number;
  link: Buffer;
  /** Where the last intact record ends. */
  end: number;
  damagedBytes: number;
  tornBytes: number;
  /** Records that are intact but that this version does not understand. */
  unreadable: number;
  /** Why nothing may be written to this file. */
  readOnly: "newer" | "foreign" | "changed" | undefined;
}

/** Reads everything that can be read. Never throws for what the file holds, only for a file that cannot be opened. */
export async function readJournal(path: string, taskId: string, key: Uint8Array): Promise<JournalContent> {
  const file = await open(path, "r");
  try {
    return await readFrom(file, taskId, key);
  } finally {
    await file.close();
  }
}

async function readFrom(file: FileHandle, taskId: string, key: Uint8Array): Promise<JournalContent> {
  const bytes = new FileBytes(file, (await file.stat()).size);
  const content: JournalContent = {
    events: [],
    deltas: [],
    payloads: [],
    headerIntact: false,
    sequence: 0,
    link: firstLink(key, taskId),
    end: 0,
    damagedBytes: 0,
    tornBytes: 0,
    unreadable: 0,
    readOnly: undefined,
  };
  const head = await bytes.at(0, 64);
  const stated = readVersion(head);
  if (stated !== undefined && stated > version) {
    return { ...content, headerIntact: true, readOnly: "newer" };
  }
  const start = stated === undefined ? 0 : head.indexOf(10) + 1;
  content.headerIntact = stated !== undefined;
  content.end = start;
  await readPieces(bytes, start, key, content);
  return content;
}

async function readPieces(bytes: FileBytes, start: number, key: Uint8Array, content: JournalContent): Promise<void> {
  let foreign = 0;
  let afterDamage = !content.headerIntact;
  for await (const piece of scanRecords(bytes, start)) {
    if (piece.kind === "torn") {
      content.tornBytes = piece.end - piece.start;
      continue;
    }
    if (piece.kind === "damage") {
      content.damagedBytes += piece.end - piece.start;
      afterDamage = true;
      continue;
    }
    const sealed = isSealed(key, piece.sequence, piece);
    foreign += sealed ? 0 : 1;
    if (!sealed || (!afterDamage && (!piece.link.equals(content.link) || piece.sequence !== content.sequence))) {
      content.readOnly = "changed";
    }
    afterDamage = false;
    content.link = Buffer.from(piece.seal);
    content.sequence = piece.sequence + 1;
    content.end = piece.end;
    content.payloads.push({ start: piece.start + headBytes, end: piece.end });
    addEvent(content, piece.payload);
  }
  if (foreign > 0 && foreign === content.payloads.length) {
    content.readOnly = "foreign";
  }
}

function addEvent(content: JournalContent, payload: Buffer): void {
  const event = parseEvent(payload);
  if (event === undefined) {
    content.unreadable += 1;
  } else if (event.type === "reply_delta") {
    content.deltas.push(event);
  } else {
    const seq = content.events.length;
    content.events.push(event.seq === seq ? event : { ...event, seq });
  }
}

export function parseEvent(payload: Buffer): AgentEvent | undefined {
  return AgentEvent.safeParse(parseJson(payload.toString("utf8"))).data;
}
