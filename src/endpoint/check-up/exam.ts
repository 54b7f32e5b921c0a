import type { Message, Model, Reply, ToolSpec } from "../../core/ports";
import { estimateTokens } from "../../core/tokens";
import type { Findings, ProbeId, ProbeOutcome } from "./report";

/** One thing that is tried, and what came of it. */
export interface Probe {
  id: ProbeId;
  title: string;
  run(exam: Exam): Promise<ProbeVerdict>;
}

export interface ProbeVerdict {
  outcome: ProbeOutcome;
  detail: string;
}

export interface Asked {
  reply: Reply;
  /** Pieces of text or reasoning in which it arrived. */
  pieces: number;
  /** Milliseconds it was given. */
  givenMs: number;
  ended: "answered" | "too_slow" | "stopped" | "failed";
}

/** What was sent, and what came back. */
export interface Conversation {
  messages: Message[];
  asked: Asked;
}

export interface ExamOptions {
  system: string;
  tools: readonly ToolSpec[];
  /** Left out: what the endpoint says, which may learn it only from the first answer. */
  contextWindow: number | undefined;
  /** What the model's own connection found out about it meanwhile. */
  learned: () => { toolsAsText?: boolean | undefined } | undefined;
  /** Milliseconds for everything together. */
  totalMs: number;
  /** Makes this check-up's texts different from those of an earlier one, which the server may have cached. */
  seed: string;
  /** Milliseconds, monotonic. */
  now: () => number;
}

/** The model under examination: puts questions to it within the time that is left, and collects what was found. */
export class Exam {
  readonly findings: Findings = {};
  /** The first answer, for what can be told from it alone. */
  first: Asked | undefined;
  /** The conversation in which it made its first call as it was told. */
  firstCall: Conversation | undefined;
  /** The newest conversation that begins with a long text of which nothing was sent before. */
  longRead: Conversation | undefined;
  /** A long text read for the first time, and the same again with a further question. */
  repeated: { first: Asked; again: Asked } | undefined;
  /** Why the server lets this model have no tools, where it does so; it is asked without them from then on. */
  refusal: string | undefined;
  /** Of running text, for this model; a guess until it was counted. */
  charactersPerToken = 3.6;
  private readonly startedAt: number;

  constructor(
    private readonly model: Model,
    readonly options: ExamOptions,
    readonly signal: AbortSignal,
  ) {
    this.startedAt = options.now();
  }

  get contextWindow(): number | undefined {
    return this.options.contextWindow ?? this.model.endpoint.contextWindow;
  }

  get canCall(): boolean {
    return this.findings.calls === "made" || this.findings.calls === "in_text";
  }

  get remainingMs(): number {
    return Math.max(0, this.options.totalMs - this.elapsedMs);
  }

  get elapsedMs(): number {
    return this.options.now() - this.startedAt;
  }

  /** `share` of the whole time is the most that this question may take. */
  async ask(messages: readonly Message[], share: number): Promise<Asked> {
    const givenMs = Math.floor(Math.min(this.options.totalMs * share, this.remainingMs));
    const limit = AbortSignal.timeout(givenMs);
    const { system, tools } = this.options;
    const offered = this.refusal === undefined ? tools : [];
    const stream = this.model.reply({ system, tools: offered, messages }, AbortSignal.any([this.signal, limit]));
    let pieces = 0;
    for (;;) {
      const next = await stream.next();
      if (next.done) {
        const asked: Asked = { reply: next.value, pieces, givenMs, ended: this.endOf(next.value) };
        this.learnFrom(asked);
        return asked;
      }
      pieces += next.value.kind === "call" ? 0 : 1;
    }
  }

  /** Takes the server's count of two prompts, of which one is longer by so many characters of running text. */
  calibrate(short: Asked | undefined, long: Asked, characters: number): void {
    const tokens = (long.reply.usage?.promptTokens ?? 0) - (short?.reply.usage?.promptTokens ?? 0);
    const ratio = characters / tokens;
    if (short?.reply.usage !== undefined && ratio > 1.5 && ratio < 8) {
      this.charactersPerToken = ratio;
    }
  }

  /** Tokens of the prompt that these messages make, as far as can be told before it is sent. */
  estimate(messages: readonly Message[]): number {
    const { system, tools } = this.options;
    const always = this.first?.reply.usage?.promptTokens ?? estimateTokens(system + JSON.stringify(tools));
    const characters = messages.reduce((total, message) => total + message.text.length, 0);
    return Math.round(always + characters / this.charactersPerToken);
  }

  private endOf(reply: Reply): Asked["ended"] {
    if (reply.stop === "aborted") {
      return this.signal.aborted ? "stopped" : "too_slow";
    }
    return reply.stop === "error" ? "failed" : "answered";
  }

  private learnFrom({ reply, pieces }: Asked): void {
    if (reply.reasoning !== "") {
      this.findings.thinks = true;
    }
    const speed = reply.timings.tokensPerSecond;
    const written = reply.usage?.completionTokens ?? 0;
    if (speed !== undefined && speed > 0 && pieces > 1 && written >= 20) {
      this.findings.writingSpeed = speed;
    }
  }
}

export function passed(detail: string): ProbeVerdict {
  return { outcome: "passed", detail };
}

export function failed(detail: string): ProbeVerdict {
  return { outcome: "failed", detail };
}

export function notMeasured(detail: string): ProbeVerdict {
  return { outcome: "not_measured", detail };
}

/** The verdict for a question that got no usable answer; undefined when it was answered. */
export function unanswered(asked: Asked): ProbeVerdict | undefined {
  switch (asked.ended) {
    case "stopped":
      return notMeasured("Stopped by you.");
    case "too_slow":
      return notMeasured(
        `Not finished within ${showSeconds(asked.givenMs)}${asked.reply.reasoning === "" ? "" : ": it was still thinking"}.`,
      );
    case "failed":
      return failed(asked.reply.trouble?.message ?? "The server ended the reply with an error.");
    default:
      return asked.reply.stop === "length" ? failed("It wrote without coming to an end.") : undefined;
  }
}

export function user(text: string): Message {
  return { role: "user", text };
}

/** The first message of a conversation says its mode, as in every task. */
export function request(text: string): Message {
  return user(`${text}\n\n[mode: act]`);
}

export function said(reply: Reply): Message {
  const { text, reasoning, calls } = reply;
  return { role: "assistant", text, reasoning, calls };
}

export function showSeconds(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return seconds < 10 ? `${Math.max(0.1, seconds).toFixed(1)} seconds` : `${Math.round(seconds)} seconds`;
}

/** What a reply says, for a sentence of the report: on one line, and short. */
export function quote(text: string): string {
  const line = text
    .replace(/\s+/g, " ")
    .replace(/[\p{Cc}\p{Cf}]/gu, "")
    .trim();
  return `“${line.length > 80 ? `${line.slice(0, 80)}…` : line}”`;
}
