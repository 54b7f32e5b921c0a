import { appendFile, chmod, mkdir, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { Locality, type Trouble } from "../core/events";
import { parseJson } from "../core/json";
import { followDays } from "./follow-days";
import { describeTraffic } from "./traffic";

/** One request, as it left this process or was kept from leaving. Sizes are bytes on the socket, headers included. */
export const LedgerEntry = z.object({
  id: z.string(),
  /** Milliseconds since the epoch at which the request was made. */
  at: z.number(),
  purpose: z.string(),
  taskId: z.string().optional(),
  endpoint: z.string().optional(),
  model: z.string().optional(),
  host: z.string(),
  /**
   * The address of the connected socket: with a proxy, the proxy's. Empty when nothing was connected, `in-process` when no
   * socket was needed.
   */
  address: z.string(),
  /** `host:port` of the proxy that passed it on to the host. */
  proxy: z.string().optional(),
  where: Locality,
  /** The other host that a server on this machine says it passes the request on to. */
  forwardedTo: z.string().optional(),
  method: z.string(),
  path: z.string(),
  /** Null when no answer arrived. */
  status: z.int().nullable(),
  bytesOut: z.int().nonnegative(),
  bytesIn: z.int().nonnegative(),
  durationMs: z.number().nonnegative(),
  /** The permission under which it left this machine. */
  grant: z.string().optional(),
  /** Of a request under a grant: bytes of its body, and how many of them the user was shown before. The rest are new turns. */
  bodyBytes: z.int().nonnegative().optional(),
  shownBytes: z.int().nonnegative().optional(),
  /** Why nothing was sent. */
  refused: z.string().optional(),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

export interface Totals {
  requests: number;
  bytesOut: number;
  bytesIn: number;
}

/** What was sent in a stretch of time, by where it went. */
export interface Traffic {
  machine: Totals;
  network: Totals;
  internet: Totals;
  /** Hosts outside this machine, in the order in which they were first reached. */
  hosts: string[];
}

interface DayFile {
  offset: number;
  rest: string;
  entries: Map<string, LedgerEntry>;
}

/**
 * The record of every request: one file of JSON lines per local day, only ever appended to, readable by the user alone.
 * Several windows may append to the same files; a line with the id of an earlier one takes its place.
 */
export class Ledger {
  private readonly days = new Map<string, DayFile>();
  private readonly unwritten: LedgerEntry[] = [];
  private writeFailure: string | undefined;
  private queue: Promise<void> = Promise.resolve();
  private reading: Promise<unknown> = Promise.resolve();
  private readonly listeners = new Set<(entry: LedgerEntry) => void>();
  /** The folder is there, and the user's alone. Looked at again after a failure. */
  private ready: Promise<void> | undefined;

  constructor(
    private readonly folder: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** Resolves when the line is in the file. Rejects when the folder cannot be written; the entry still counts in this process. */
  append(entry: LedgerEntry): Promise<void> {
    const written = this.queue.then(() => this.write(entry));
    this.queue = written.then(
      () => {
        this.writeFailure = undefined;
      },
      (error: unknown) => {
        this.writeFailure = error instanceof Error ? error.message : String(error);
        this.unwritten.push(entry);
      },
    );
    return written.finally(() => {
      for (const tell of this.listeners) {
        tell(entry);
      }
    });
  }

  /** Set while entries cannot be written to the disk: they are then known to this window only. */
  get trouble(): Trouble | undefined {
    return this.writeFailure === undefined
      ? undefined
      : {
          code: "ledger_unwritable",
          message: `The record of requests cannot be written to ${this.folder}: ${this.writeFailure}`,
          remedy:
            "Make room on the disk or mend the folder's permissions. Until then the record ends with this window.",
        };
  }

  onAppend(listener: (entry: LedgerEntry) => void): { dispose(): void } {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  /** Tells when what is on record of today may be another than before: something was added, by any window, or a day began. */
  onChange(listener: () => void): { dispose(): void } {
    this.ready ??= this.makeFolder();
    const folder = this.ready.then(() => this.folder);
    const following = followDays(folder, () => startOfDay(this.now(), -1) - this.now(), listener);
    const appending = this.onAppend(listener);
    return {
      dispose() {
        following.dispose();
        appending.dispose();
      },
    };
  }

  /** Entries of the last `days` local days, today included, oldest first. */
  async read(days: number): Promise<LedgerEntry[]> {
    await this.queue;
    const found: LedgerEntry[] = [];
    for (const name of lastDays(this.now(), days)) {
      found.push(...(await this.readDay(name)).values());
    }
    const first = startOfDay(this.now(), days - 1);
    found.push(...this.unwritten.filter((entry) => entry.at >= first));
    return found.sort((a, b) => a.at - b.at);
  }

  /** Everything on record, oldest first, as JSON lines. */
  async export(): Promise<string> {
    await this.queue;
    const names = (await readdir(this.folder).catch(nothingThere))
      .filter((name) => /^\d{4}-\d\d-\d\d\.jsonl$/.test(name))
      .sort();
    const entries: LedgerEntry[] = [];
    for (const name of names) {
      entries.push(...(await this.readDay(name.slice(0, 10))).values());
    }
    return [...entries, ...this.unwritten].map((entry) => `${JSON.stringify(entry)}\n`).join("");
  }

  async traffic(days: number): Promise<Traffic> {
    return sum(await this.read(days));
  }

  today(): Promise<Traffic> {
    return this.traffic(1);
  }

  thisWeek(): Promise<Traffic> {
    return this.traffic(7);
  }

  /** The one true sentence for the status bar. */
  async sentence(): Promise<string> {
    return describeTraffic(await this.today());
  }

  private async write(entry: LedgerEntry): Promise<void> {
    const append = () => appendFile(this.path(dayOf(entry.at)), `${JSON.stringify(entry)}\n`, { mode: 0o600 });
    this.ready ??= this.makeFolder();
    try {
      await this.ready;
      await append();
    } catch (error) {
      this.ready = undefined;
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
        throw error;
      }
      await this.makeFolder(); // somebody removed it
      await append();
    }
  }

  private async makeFolder(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await chmod(this.folder, 0o700);
  }

  private path(day: string): string {
    return join(this.folder, `${day}.jsonl`);
  }

  /** One reader at a time: each picks up where the last one stopped. */
  private readDay(day: string): Promise<Map<string, LedgerEntry>> {
    const next = this.reading.then(
      () => this.readAdded(day),
      () => this.readAdded(day),
    );
    this.reading = next;
    return next;
  }

  private async readAdded(day: string): Promise<Map<string, LedgerEntry>> {
    const file = this.days.get(day) ?? { offset: 0, rest: "", entries: new Map() };
    this.days.set(day, file);
    const added = await readFrom(this.path(day), file.offset);
    file.offset += added.length;
    const lines = (file.rest + added.toString("latin1")).split("\n");
    file.rest = lines.pop() ?? "";
    for (const line of lines) {
      const entry = parseLine(Buffer.from(line, "latin1").toString("utf8"));
      if (entry !== undefined) {
        file.entries.set(entry.id, entry);
      }
    }
    return file.entries;
  }
}

/** A file or folder that is not there holds nothing. Anything else that keeps it from being read is thrown on. */
function nothingThere(error: NodeJS.ErrnoException): [] {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") {
    return [];
  }
  throw error;
}

async function readFrom(path: string, offset: number): Promise<Buffer> {
  const [file] = await open(path, "r").then((opened) => [opened], nothingThere);
  if (file === undefined) {
    return Buffer.alloc(0);
  }
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.max(0, size - offset));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** A torn or foreign line is no entry; the lines around it still are. */
function parseLine(line: string): LedgerEntry | undefined {
  return LedgerEntry.safeParse(parseJson(line)).data;
}

function sum(entries: readonly LedgerEntry[]): Traffic {
  const traffic: Traffic = { machine: zero(), network: zero(), internet: zero(), hosts: [] };
  for (const entry of entries) {
    if (entry.refused !== undefined && entry.bytesOut === 0) {
      continue;
    }
    const where = entry.forwardedTo === undefined ? entry.where : "internet";
    const totals = traffic[where];
    totals.requests += 1;
    totals.bytesOut += entry.bytesOut;
    totals.bytesIn += entry.bytesIn;
    const host = entry.forwardedTo ?? entry.host;
    if (where !== "machine" && !traffic.hosts.includes(host)) {
      traffic.hosts.push(host);
    }
  }
  return traffic;
}

function zero(): Totals {
  return { requests: 0, bytesOut: 0, bytesIn: 0 };
}

function startOfDay(at: number, daysBack: number): number {
  const day = new Date(at);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() - daysBack).getTime();
}

function dayOf(at: number): string {
  const day = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

function lastDays(now: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => dayOf(startOfDay(now, count - 1 - index)));
}
