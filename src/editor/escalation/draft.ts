import { randomBytes } from "node:crypto";
import { type Part, partsOf } from "../../core/escalation/parts";
import { Redactor } from "../../core/escalation/redactor";
import { prepareRequest, type Selection } from "../../core/escalation/selection";
import type { AgentEvent } from "../../core/events";
import { sha256 } from "../../core/hash";
import { requestOf, type Said } from "../../core/loop";
import type { ModelRequest } from "../../core/ports";
import { openCalls } from "../../core/standing";
import type { Task } from "../../core/task";
import { estimateTokens } from "../../core/tokens";
import { tools } from "../../core/tools/index";
import type { Grant } from "../../net/grants";
import type { EscalationView } from "../../protocol/pages";
import type { Connection } from "../models/connection";
import type { Candidate } from "../models/model-choice";
import { originOf } from "../models/reach";
import type { Outgoing } from "./outgoing";

export interface DraftParts {
  task: Task;
  title: string;
  candidate: Candidate;
  connection: Connection;
  /** Secrets that are secret wherever they stand. */
  known: readonly { name: string; value: string }[];
}

interface Shown {
  nonce: string;
  request: ModelRequest;
  parts: Part[];
  outgoing: Outgoing;
  bytes: Uint8Array;
  sha256: string;
  /** How many events the task had, without those about grants. */
  events: number;
}

const usualRequests = 25;
const leastBytes = 1_000_000;
const goOn = "Go on with this task where it was left.";

/** What would be sent of one task, in the making: nothing leaves before it is approved as it is shown. */
export class Draft {
  readonly grantId = randomBytes(8).toString("hex");
  readonly redactor: Redactor;
  private readonly wanted = new Map<number, boolean>();
  private note = "";
  private maxRequests = usualRequests;
  private maxBytes = leastBytes;
  private asking = true;
  private shown: Shown | undefined;
  /** Grows with every change of the user's. */
  private revision = 0;

  constructor(private readonly parts: DraftParts) {
    this.redactor = new Redactor(parts.known);
  }

  get task(): Task {
    return this.parts.task;
  }

  get candidate(): Candidate {
    return this.parts.candidate;
  }

  get connection(): Connection {
    return this.parts.connection;
  }

  get title(): string {
    return this.parts.title;
  }

  get asksToRead(): boolean {
    return this.asking;
  }

  /** Whether this is what the user sees, and the task has not gone on since. */
  isShown(nonce: string): boolean {
    return (
      nonce !== "" && this.shown?.nonce === nonce && this.shown.events === countOf(this.task) && !this.task.running
    );
  }

  setPart(index: number, included: boolean): void {
    this.outdate();
    this.wanted.set(index, included);
  }

  setNote(text: string): void {
    this.outdate();
    this.note = text.trim();
  }

  setLimits(maxRequests: number, maxBytes: number): void {
    this.outdate();
    this.maxRequests = maxRequests;
    this.maxBytes = maxBytes;
  }

  setAsking(asksToRead: boolean): void {
    this.outdate();
    this.asking = asksToRead;
  }

  /** Works out what would be sent now. Throws an `AgentError` when that cannot be done. */
  async rebuild(signal: AbortSignal): Promise<void> {
    const { task, candidate, connection } = this.parts;
    const events = countOf(task);
    const { revision } = this;
    const said = this.said;
    const request = requestOf(said === undefined ? task.events : [...task.events, userSaid(task, said)]);
    const everything = { shown: request.messages.length, leftOut: new Set<number>() };
    const parts = partsOf(request, prepareRequest(request, this.redactor, everything).redacted, tools);
    const chosen = prepareRequest(request, this.redactor, this.selectionOf(parts)).request;
    const outgoing = await connection.rehearse(candidate, task.id, chosen, signal);
    const bytes = new TextEncoder().encode(outgoing.body);
    const hash = await sha256(outgoing.body);
    const nonce = revision === this.revision ? randomBytes(16).toString("hex") : "";
    this.maxBytes = Math.max(this.maxBytes, bytes.byteLength);
    this.shown = { nonce, request, parts, outgoing, bytes, sha256: hash, events };
  }

  /** What is said to the model in the task when it goes out; undefined when it goes on without a word. */
  get said(): Said | undefined {
    if (this.note !== "") {
      return { text: this.note, attachments: [], by: "user" };
    }
    const { events } = this.task;
    const last = requestOf(events).messages.at(-1);
    const isTheModelsTurn = last !== undefined && last.role !== "assistant" && openCalls(events).length === 0;
    return isTheModelsTurn ? undefined : { text: goOn, attachments: [], by: "hearth" };
  }

  get selection(): Selection {
    return this.selectionOf(this.needShown().parts);
  }

  /** The grant for exactly what is shown. */
  get grant(): Grant {
    const { bytes, outgoing } = this.needShown();
    const { view } = this.candidate;
    const [origin = ""] = originOf(outgoing.url);
    const { maxRequests, maxBytes } = this;
    const id = this.grantId;
    const { name: endpoint, model } = view;
    const lasting = lastingBytes(outgoing.body);
    return { id, taskId: this.task.id, endpoint, origin, model, maxRequests, maxBytes, shown: bytes, lasting };
  }

  /** What was shown, for the record. */
  get record(): { bytes: number; sha256: string; redactions: number } {
    const { bytes, sha256, parts } = this.needShown();
    const redactions = parts.reduce((sum, part) => sum + (this.isIncluded(part) ? part.redactions : 0), 0);
    return { bytes: bytes.byteLength, sha256, redactions };
  }

  view(): EscalationView {
    const { nonce, parts, outgoing, bytes, sha256 } = this.needShown();
    const { candidate, title } = this.parts;
    const { note, maxRequests, maxBytes } = this;
    const url = new URL(outgoing.url);
    return {
      nonce,
      taskTitle: title,
      endpoint: candidate.view,
      host: url.host,
      ...(outgoing.proxy === undefined ? {} : { proxy: outgoing.proxy }),
      ...(candidate.forwardedTo === undefined ? {} : { forwardedTo: candidate.forwardedTo }),
      parts: parts.map(({ heldBack, ...part }) => ({
        ...part,
        ...(heldBack === undefined ? {} : { heldBack }),
        included: this.isIncluded({ ...part, heldBack }),
      })),
      redactions: this.redactor.redactions,
      request: {
        line: `${outgoing.method} ${url.pathname}${url.search}`,
        headers: this.headers(url, bytes.byteLength),
        body: outgoing.body,
        bytes: bytes.byteLength,
        tokens: estimateTokens(outgoing.body),
        sha256,
      },
      note,
      maxRequests,
      maxBytes,
      hasKey: outgoing.headers.some(([header]) => header === "authorization"),
      asksToRead: this.asking,
      ...(candidate.trouble ? { obstacle: candidate.trouble.message } : {}),
    };
  }

  /** The whole request as text, for the editor. The key is named, not shown. */
  requestText(): string {
    const { outgoing, bytes } = this.needShown();
    const url = new URL(outgoing.url);
    const headers = this.headers(url, bytes.byteLength).map(([name, value]) => `${name}: ${value}`);
    return [`${outgoing.method} ${url.pathname}${url.search} HTTP/1.1`, ...headers, "", outgoing.body].join("\n");
  }

  private headers(url: URL, length: number): [string, string][] {
    const { outgoing } = this.needShown();
    const { name } = this.candidate.view;
    const own = outgoing.headers.map(([header, value]): [string, string] => [
      header,
      header === "authorization" ? `Bearer (your key for ${name})` : value,
    ]);
    return [["host", url.host], ...own, ["content-length", String(length)]];
  }

  /** What was shown can no longer be approved: the user has changed something since. */
  private outdate(): void {
    this.revision += 1;
    this.shown = this.shown && { ...this.shown, nonce: "" };
  }

  private selectionOf(parts: readonly Part[]): Selection {
    const leftOut = parts.filter((part) => part.index >= 0 && !this.isIncluded(part)).map(({ index }) => index);
    return { shown: parts.filter(({ index }) => index >= 0).length, leftOut: new Set(leftOut) };
  }

  private isIncluded({ index, heldBack }: Pick<Part, "index" | "heldBack">): boolean {
    return index < 0 || (this.wanted.get(index) ?? heldBack === undefined);
  }

  private needShown(): Shown {
    if (this.shown === undefined) {
      throw new Error("a draft is built before it is shown");
    }
    return this.shown;
  }
}

function countOf({ events }: Task): number {
  return events.filter(({ type }) => !type.startsWith("grant_")).length;
}

function userSaid(task: Task, said: Said): AgentEvent {
  return { v: 1, seq: task.events.length, at: 0, taskId: task.id, type: "user_said", ...said };
}

/**
 * The bytes up to the end of the last message: what follows in the body is the list's end and settings of the reply, which
 * may differ from turn to turn.
 */
function lastingBytes(body: string): number {
  const { messages } = JSON.parse(body) as { messages: unknown[] };
  const list = JSON.stringify(messages);
  const at = body.lastIndexOf(list);
  const lasting = at === -1 ? body : body.slice(0, at + list.length - 1);
  return new TextEncoder().encode(lasting).byteLength;
}
