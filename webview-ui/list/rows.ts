import type {
  ActionItem,
  FinishedItem,
  Item,
  NoteItem,
  ReplyItem,
  TaskView,
  UserItem,
  VerifyItem,
} from "../../src/core/task-view";
import { type Block, MarkdownStream } from "../markdown/markdown-stream";

/** One measured line of the transcript. A long reply takes several, so that only what is seen is in the page. */
export type Row = { key: string } & (
  | { kind: "user"; item: UserItem }
  | { kind: "thought"; item: ReplyItem }
  | { kind: "prose"; blocks: readonly Block[] }
  | { kind: "writing"; item: ReplyItem }
  /** `isRepeated`: its trouble stands in the line that ends the task. */
  | { kind: "reply_end"; item: ReplyItem; isRepeated: boolean }
  | { kind: "reads"; items: readonly ActionItem[] }
  | { kind: "action"; item: ActionItem }
  | { kind: "note"; item: NoteItem }
  | { kind: "verify"; item: VerifyItem }
  | { kind: "finished"; item: FinishedItem }
);

/** Characters of markdown after which the next block starts a new row. */
const proseSize = 3_000;

/** Turns items into rows, making new ones only for items that changed. */
export class RowBuilder {
  #known = new Map<string, { item: Item; rows: readonly Row[] }>();
  #streams = new Map<string, MarkdownStream>();
  #groups = new Map<string, Row & { kind: "reads" }>();

  build(task: TaskView): readonly Row[] {
    const rows: Row[] = [];
    let reads: ActionItem[] = [];
    const endReads = () => {
      const first = reads[0];
      if (first) {
        rows.push(this.#group(`${first.key}:reads`, reads));
        reads = [];
      }
    };
    for (const item of task.items) {
      if (isQuietRead(item)) {
        reads.push(item);
        continue;
      }
      const own = this.#rowsOf(item);
      if (own.length > 0) {
        endReads();
        hideRepeatedTrouble(rows, item);
        rows.push(...own);
      }
    }
    endReads();
    return rows;
  }

  #group(key: string, items: readonly ActionItem[]): Row {
    const before = this.#groups.get(key);
    if (before && sameItems(before.items, items)) {
      return before;
    }
    const group = { key, kind: "reads" as const, items };
    this.#groups.set(key, group);
    return group;
  }

  #rowsOf(item: Item): readonly Row[] {
    const before = this.#known.get(item.key);
    if (before?.item === item) {
      return before.rows;
    }
    const rows = item.kind === "reply" ? this.#replyRows(item, before?.rows ?? []) : [singleRow(item)];
    this.#known.set(item.key, { item, rows });
    return rows;
  }

  #replyRows(item: ReplyItem, before: readonly Row[]): readonly Row[] {
    const rows: Row[] = [];
    if (item.reasoning.trim() !== "") {
      rows.push({ key: `${item.key}:thought`, kind: "thought", item });
    }
    if (item.text.trim() !== "") {
      rows.push(...keepSame(this.#proseRows(item), before));
    }
    if (item.streaming) {
      rows.push({ key: `${item.key}:writing`, kind: "writing", item });
    } else if (item.text.trim() !== "" || item.trouble !== undefined || endedEarly(item)) {
      rows.push({ key: `${item.key}:end`, kind: "reply_end", item, isRepeated: false });
    }
    return rows;
  }

  #proseRows(item: ReplyItem): Row[] {
    const stream = this.#streams.get(item.key) ?? new MarkdownStream();
    this.#streams.set(item.key, stream);
    const blocks = stream.update(item.text, !item.streaming);
    return splitProse(blocks).map((part, index) => ({
      key: `${item.key}:prose:${index}`,
      kind: "prose",
      blocks: part,
    }));
  }
}

/** Cut off or stopped: worth a line even without words. */
function endedEarly(item: ReplyItem): boolean {
  return item.stop === "length" || item.stop === "aborted";
}

function hideRepeatedTrouble(rows: Row[], next: Item): void {
  const last = rows.at(-1);
  if (next.kind === "finished" && last?.kind === "reply_end" && next.trouble?.message === last.item.trouble?.message) {
    rows[rows.length - 1] = { ...last, isRepeated: true };
  }
}

function singleRow(item: Exclude<Item, ReplyItem>): Row {
  const { key } = item;
  switch (item.kind) {
    case "user":
      return { key, kind: "user", item };
    case "action":
      return { key, kind: "action", item };
    case "note":
      return { key, kind: "note", item };
    case "verify":
      return { key, kind: "verify", item };
    case "finished":
      return { key, kind: "finished", item };
  }
}

/** A read that asks nobody anything takes one quiet line. */
function isQuietRead(item: Item): item is ActionItem {
  return item.kind === "action" && item.action.preview.kind === "read" && item.state !== "waiting" && !item.answer;
}

export function splitProse(blocks: readonly Block[]): Block[][] {
  const parts: Block[][] = [];
  let size = proseSize;
  for (const block of blocks) {
    if (size >= proseSize) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(block);
    size += block.token.raw.length;
  }
  return parts;
}

/** Rows whose blocks are all the same objects as before stay the same objects too. */
function keepSame(rows: readonly Row[], before: readonly Row[]): Row[] {
  const old = new Map(before.map((row) => [row.key, row]));
  return rows.map((row) => {
    const known = old.get(row.key);
    return row.kind === "prose" && known?.kind === "prose" && sameBlocks(row.blocks, known.blocks) ? known : row;
  });
}

function sameBlocks(a: readonly Block[], b: readonly Block[]): boolean {
  return a.length === b.length && a.every((block, index) => block.token === b[index]?.token);
}

function sameItems(a: readonly ActionItem[], b: readonly ActionItem[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
