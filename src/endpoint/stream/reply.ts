import type { Call, Trouble, Usage } from "../../core/events";
import { parseJson } from "../../core/json";
import type { Message, Reply, ReplyPiece, ToolSpec } from "../../core/ports";
import { adapt, matchTool, readArguments } from "../rescue/arguments";
import { endsInCall, rescueCalls } from "../rescue/rescue";
import { CallAssembler } from "./calls";
import { type CallDelta, type ChunkPart, readChunk } from "./chunk";
import { HoldBack } from "./hold-back";
import { isObject } from "./json";
import { type Repetition, RepetitionWatch, withoutRepeats } from "./repetition";
import { type StreamItem, StreamReader } from "./sse";
import { splitUnopened, ThinkSplitter } from "./think";

/** What the body of a reply turned out to be, for whoever has to put it into words. */
export type Flaw =
  | { kind: "error"; error: unknown }
  | { kind: "not_a_stream"; text: string }
  | { kind: "empty_body" }
  | { kind: "too_long" }
  | { kind: "repeats"; block: string }
  | { kind: "cut" };

export interface ReplyOptions {
  /** Milliseconds, monotonic. */
  now: () => number;
  usedIds: ReadonlySet<string>;
  maxTokens: number;
  /** The tools that the request offered. */
  tools: readonly ToolSpec[];
  /** What the request sent: a call that the model quotes from it is none. */
  messages: readonly Message[];
}

/** Most characters kept of one reply, whatever it consists of; a server that goes on beyond it is cut off. */
const longestReply = 16 * 1024 * 1024;
/** What a call costs beside its arguments. */
const emptyCall = 200;

/** Puts a reply together from the bytes of a streamed chat completion. */
export class ReplyReader {
  private readonly stream = new StreamReader();
  private readonly thinking = new ThinkSplitter();
  private readonly holdBack = new HoldBack();
  private readonly calls = new CallAssembler();
  private readonly repetitions = { text: new RepetitionWatch(), reasoning: new RepetitionWatch() };
  private inCall = new RepetitionWatch(true);
  private text = "";
  private reasoning = "";
  private finish: string | undefined;
  private sawDone = false;
  private sawChunk = false;
  private strayText = "";
  private error: unknown;
  private usage: Usage | undefined;
  private speed: number | undefined;
  private cached: number | undefined;
  private firstAt: number | undefined;
  /** Characters of calls, and of what is no part of a reply. */
  private kept = 0;
  private callCount = 0;
  private readonly started: number;
  /** Grows with everything that has arrived of the reply, also what is not shown yet. */
  received = 0;
  /** How far the server says it is with the prompt, 0 to 1. */
  progress: number | undefined;
  /** Tokens of a prompt that the server says it reads in a second. */
  promptSpeed: number | undefined;
  /** How calls were written when they had to be found in the text. */
  rescuedFormat: string | undefined;
  /** The name under which this server sends reasoning. */
  reasoningField: string | undefined;

  constructor(private readonly options: ReplyOptions) {
    this.started = options.now();
  }

  push(bytes: Uint8Array): ReplyPiece[] {
    return this.read(this.stream.push(bytes));
  }

  /** Nothing that could still follow would matter. */
  get over(): "done" | "failed" | undefined {
    if (this.error !== undefined || this.isTooLong || this.repetition !== undefined) {
      return "failed";
    }
    return this.sawDone ? "done" : undefined;
  }

  /** The reply as it stands when the body has ended, and what was wrong with it. */
  end(): { reply: Omit<Reply, "trouble">; flaw: Flaw | undefined; pieces: ReplyPiece[] } {
    const pieces = this.read(this.stream.end());
    pieces.push(...this.thinking.end().flatMap((split) => this.keep(split.kind, split.text)));
    this.moveUnopenedThinking();
    this.lookForRepeats();
    const flaw = this.flaw();
    const reply = this.reply(flaw);
    const held = this.rescuedFormat === undefined ? this.holdBack.end() : "";
    return { reply, flaw, pieces: merge([...pieces, { kind: "text", text: held }]) };
  }

  /** The reply as it stands when it was stopped, or the connection broke. */
  interrupt(stop: "aborted" | "error", trouble?: Trouble): Reply {
    for (const split of this.thinking.end()) {
      this.keep(split.kind, split.text);
    }
    this.moveUnopenedThinking();
    return { ...this.build([], stop), ...(trouble === undefined ? {} : { trouble }) };
  }

  private read(items: readonly StreamItem[]): ReplyPiece[] {
    const pieces: ReplyPiece[] = [];
    for (const item of items) {
      if (item.kind === "done") {
        this.sawDone = true;
      } else if (item.kind === "text") {
        this.strayText += item.text;
        this.kept += item.text.length;
      } else {
        this.sawChunk = true;
        for (const part of readChunk(item.value)) {
          this.take(part, pieces);
        }
      }
    }
    return merge(pieces);
  }

  private take(part: ChunkPart, pieces: ReplyPiece[]): void {
    switch (part.kind) {
      case "text":
        pieces.push(...this.thinking.push(part.text).flatMap((split) => this.keep(split.kind, split.text)));
        return;
      case "reasoning":
        this.reasoningField ??= part.field;
        pieces.push(...this.keep("reasoning", part.text));
        return;
      case "call":
        pieces.push(this.keepCall(part.delta));
        return;
      case "finish":
        this.finish = part.reason;
        return;
      case "usage":
        this.usage = { promptTokens: part.prompt, completionTokens: part.completion };
        this.cached = part.cached ?? this.cached;
        return;
      case "speed":
        this.speed = part.tokensPerSecond;
        this.cached ??= part.cached;
        this.promptSpeed = part.promptPerSecond;
        return;
      case "progress":
        this.progress = part.total === 0 ? undefined : Math.min(1, part.processed / part.total);
        return;
      case "error":
        this.error ??= part.error;
        return;
      default:
        return;
    }
  }

  /** Adds to the reply; what comes back may be shown now. */
  private keep(kind: "text" | "reasoning", text: string): ReplyPiece[] {
    this.count(text.length);
    this.repetitions[kind].push(text);
    if (kind === "reasoning") {
      this.reasoning += text;
      return [{ kind, text }];
    }
    this.text += text;
    const shown = this.options.tools.length === 0 ? text : this.holdBack.push(text);
    return shown === "" ? [] : [{ kind, text: shown }];
  }

  private keepCall(delta: CallDelta): ReplyPiece {
    this.count(1);
    const piece = this.calls.push(delta);
    const isNew = this.calls.count > this.callCount;
    this.kept += piece.text.length + (isNew ? emptyCall : 0);
    this.callCount = this.calls.count;
    this.inCall = isNew ? new RepetitionWatch(true) : this.inCall;
    this.inCall.push(piece.text);
    return { kind: "call", ...piece };
  }

  private count(size: number): void {
    this.received += size;
    this.firstAt ??= this.options.now();
  }

  private moveUnopenedThinking(): void {
    const split = this.reasoning === "" ? splitUnopened(this.text) : undefined;
    if (split !== undefined) {
      this.text = split.text;
      this.reasoning = split.reasoning;
    }
  }

  private get isTooLong(): boolean {
    return this.stream.tooLong || this.kept + this.text.length + this.reasoning.length > longestReply;
  }

  /** A model that came to an end by itself meant what it wrote. */
  private get repetition(): Repetition | undefined {
    const { text, reasoning } = this.repetitions;
    const endsByItself = this.finish !== undefined && !this.wasCutByLength;
    return endsByItself ? undefined : (text.found ?? reasoning.found ?? this.inCall.found);
  }

  private lookForRepeats(): void {
    for (const watch of [this.repetitions.text, this.repetitions.reasoning, this.inCall]) {
      watch.look();
    }
  }

  private flaw(): Flaw | undefined {
    if (this.error !== undefined) {
      return { kind: "error", error: this.error };
    }
    if (this.isTooLong) {
      return { kind: "too_long" };
    }
    if (this.repetition !== undefined) {
      return { kind: "repeats", block: this.repetition.block };
    }
    if (!this.sawChunk && !this.sawDone) {
      return this.strayText === "" ? { kind: "empty_body" } : { kind: "not_a_stream", text: this.strayText };
    }
    return this.finish === undefined && !this.sawDone ? { kind: "cut" } : undefined;
  }

  private reply(flaw: Flaw | undefined): Omit<Reply, "trouble"> {
    if (flaw?.kind === "repeats") {
      this.text = withoutRepeats(this.text, flaw);
      this.reasoning = withoutRepeats(this.reasoning, flaw);
      return this.build(this.mended().slice(0, -1).filter(isRunnable), "length");
    }
    if (flaw !== undefined) {
      return this.build([], "error");
    }
    const calls = this.calls.count > 0 ? this.mended() : this.rescued();
    if (this.wasCutByLength) {
      return this.build(calls.slice(0, -1).filter(isRunnable), "length");
    }
    const reply = this.build(calls, "stop");
    return calls.length === 0 && this.hasUnreadCall ? { ...reply, hasUnreadCall: true } : reply;
  }

  private get hasUnreadCall(): boolean {
    const beginsLikeOne = this.holdBack.isHolding && !/[.!?]\s*$/.test(this.text);
    return this.options.tools.length > 0 && (beginsLikeOne || endsInCall(this.text));
  }

  /** Structured calls with the name and the arguments that were meant. What cannot be read goes to the model as it is. */
  private mended(): Call[] {
    return this.calls.finish(this.options.usedIds).map((call) => {
      const tool = matchTool(call.name, this.options.tools);
      const read = readArguments(call.arguments, true);
      const args = read === undefined || tool === undefined ? read : adapt(read, tool);
      const text = args === undefined || isSame(args, call.arguments) ? call.arguments : JSON.stringify(args);
      return { ...call, name: tool?.name ?? call.name, arguments: text };
    });
  }

  /** Calls that the server did not recognise and left in the text, or in the reasoning when there is no text. */
  private rescued(): Call[] {
    const { tools, usedIds, messages } = this.options;
    const inText = rescueCalls(this.text, tools, messages);
    const found = inText ?? (this.text.trim() === "" ? rescueCalls(this.reasoning, tools, messages) : undefined);
    if (found === undefined) {
      return [];
    }
    if (inText === undefined) {
      this.reasoning = found.text;
    } else {
      this.text = found.text;
    }
    this.rescuedFormat = found.format;
    for (const call of found.calls) {
      this.calls.push({ index: undefined, id: "", ...call });
    }
    return this.calls.finish(usedIds);
  }

  private get wasCutByLength(): boolean {
    const spent = this.usage?.completionTokens ?? 0;
    return this.finish === "length" || this.finish === "max_tokens" || spent >= this.options.maxTokens;
  }

  private build(calls: Call[], stop: Reply["stop"]): Omit<Reply, "trouble"> {
    const now = this.options.now();
    const speed = this.speed ?? this.measuredSpeed(now);
    return {
      text: this.text,
      reasoning: this.reasoning,
      calls,
      ...(this.usage === undefined
        ? {}
        : { usage: { ...this.usage, ...(this.cached === undefined ? {} : { cachedTokens: this.cached }) } }),
      timings: {
        totalMs: now - this.started,
        ...(this.firstAt === undefined ? {} : { firstTokenMs: this.firstAt - this.started }),
        ...(speed === undefined ? {} : { tokensPerSecond: speed }),
      },
      stop,
    };
  }

  private measuredSpeed(now: number): number | undefined {
    const seconds = this.firstAt === undefined ? 0 : (now - this.firstAt) / 1000;
    return this.usage === undefined || seconds <= 0 ? undefined : this.usage.completionTokens / seconds;
  }
}

function isSame(args: Record<string, unknown>, text: string): boolean {
  const strict = parseJson(text);
  return isObject(strict) && JSON.stringify(strict) === JSON.stringify(args);
}

function isRunnable(call: Call): boolean {
  return isObject(parseJson(call.arguments));
}

/** One piece per kind in a row: a network packet often holds many small deltas. */
function merge(pieces: readonly ReplyPiece[]): ReplyPiece[] {
  const merged: ReplyPiece[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    const sameCall = piece.kind !== "call" || (last?.kind === "call" && last.name === piece.name);
    if (last !== undefined && last.kind === piece.kind && sameCall) {
      merged[merged.length - 1] = { ...last, text: last.text + piece.text };
    } else if (piece.text !== "" || piece.kind === "call") {
      merged.push(piece);
    }
  }
  return merged;
}
