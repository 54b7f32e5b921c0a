import type { AgentEvent, EventOf, NewEvent } from "../events";
import { requestOf } from "../messages";
import type { Model } from "../ports";
import { charactersOf } from "../tokens";
import type { Budget } from "./budget";
import { digestOf, lastSummary } from "./digest";
import { capNewest, notesFor, tailStart } from "./shorten";
import { summaryRequest, writeSummary } from "./summary";
import { type Turn, turnsOf } from "./turns";

type Why = EventOf<"context_compacted">["why"];
type Compaction = Pick<EventOf<"context_compacted">, "shortened" | "replaced">;

/** Shares of what the conversation may take. Room is made in big steps: each costs reading the prompt anew. */
const shares = { notes: 0.65, digest: 0.5, newestResults: 0.5, said: 0.4, least: 0.05 };
const keptWithNotes = [8, 4, 2, 1];
const keptWithDigest = [6, 3, 1, 0];
const worthASummary = 3;

/**
 * Shortens what is sent of the conversation so far, in one step and only as much as needed: old results become one line
 * each; when that is not enough, the model's own summary stands for the older steps; when it can write none, a list of
 * them does. Yields one event, or none when nothing worth it can be left out.
 */
export async function* makeRoom(
  events: readonly AgentEvent[],
  model: Model,
  budget: Budget,
  why: Why,
  signal: AbortSignal,
): AsyncGenerator<NewEvent, boolean> {
  const plan = new Plan(events, budget);
  const notes = plan.notes();
  const compaction = plan.isEnough(notes, shares.notes)
    ? notes
    : plan.digest(await summaryFor(plan, notes, model, signal));
  if (signal.aborted || !plan.isWorthIt(compaction)) {
    return false;
  }
  yield {
    type: "context_compacted",
    why,
    ...compaction,
    limit: budget.limit,
    tokensBefore: plan.before,
    tokensAfter: plan.tokensWith(compaction),
  };
  return true;
}

/** Asked for only when there is something to sum up, it was not asked for a moment ago, and the question itself fits. */
async function summaryFor(
  plan: Plan,
  notes: Compaction,
  model: Model,
  signal: AbortSignal,
): Promise<string | undefined> {
  const request = summaryRequest(plan.requestWith(notes), plan.reserve);
  const { ratio, ceiling } = plan.budget;
  const fits = charactersOf(request) * ratio + plan.reserve <= ceiling;
  return plan.turnsSinceSummary > worthASummary && fits ? writeSummary(model, request, signal) : undefined;
}

/** Ways of sending less, and what each costs. */
class Plan {
  readonly turns: readonly Turn[];
  readonly before: number;
  /** Characters that the conversation may take beside system text and tools. */
  private readonly room: number;
  private readonly fixed: number;

  constructor(
    private readonly events: readonly AgentEvent[],
    readonly budget: Budget,
  ) {
    const request = requestOf(events);
    this.turns = turnsOf(events);
    this.before = this.tokens(charactersOf(request));
    this.fixed = charactersOf({ ...request, messages: [] });
    this.room = Math.max(0, budget.limit / budget.ratio - this.fixed);
  }

  /** Turns since the model last summed up. */
  get turnsSinceSummary(): number {
    const summed = lastSummary(this.events);
    return this.turns.filter((turn) => turn.seq > (summed?.seq ?? -1)).length;
  }

  /** Tokens that a reply may have when a summary is asked for. */
  get reserve(): number {
    return Math.max(256, Math.min(1_024, Math.floor(this.budget.limit / 6)));
  }

  /** The fewest results become notes that are enough; all but the newest turn's when nothing is. */
  notes(): Compaction {
    const ways = keptWithNotes.map((kept) => ({ shortened: [...notesFor(this.events, kept), ...this.capped] }));
    return ways.find((way) => this.isEnough(way, shares.notes)) ?? (ways.at(-1) as Compaction);
  }

  /** As many of the last turns stay as there is room for. */
  digest(summary: string | undefined): Compaction {
    const ways = keptWithDigest.map((kept) => this.digestKeeping(kept, summary));
    const fitting = (share: number) => ways.find((way) => this.isEnough(way, share));
    return fitting(shares.digest) ?? fitting(1) ?? this.smallest(ways);
  }

  private smallest(ways: readonly Compaction[]): Compaction {
    return ways.toSorted((a, b) => this.charactersWith(a) - this.charactersWith(b))[0] ?? { shortened: [] };
  }

  isEnough(way: Compaction, share: number): boolean {
    return this.charactersWith(way) <= this.fixed + this.room * share;
  }

  isWorthIt(way: Compaction): boolean {
    return this.tokensWith(way) <= this.before * (1 - shares.least);
  }

  tokensWith(way: Compaction): number {
    return this.tokens(this.charactersWith(way));
  }

  requestWith(way: Compaction) {
    return requestOf([...this.events, this.asEvent(way)]);
  }

  private digestKeeping(kept: number, summary: string | undefined): Compaction {
    const before = tailStart(this.events, this.turns, kept);
    const older = this.turns.slice(0, this.turns.length - Math.min(kept, this.turns.length));
    const said = summary === undefined ? lastSummary(this.events) : { text: summary, seq: before };
    const text = digestOf(this.events, older, this.room * shares.said, said);
    const by = summary === undefined ? { by: "hearth" as const } : { by: "model" as const, summary };
    return { shortened: kept === 0 ? [] : this.capped, replaced: { before, text, ...by } };
  }

  private get capped(): Compaction["shortened"] {
    return capNewest(this.events, this.room * shares.newestResults);
  }

  private charactersWith(way: Compaction): number {
    return charactersOf(this.requestWith(way));
  }

  private tokens(characters: number): number {
    return Math.ceil(characters * this.budget.ratio);
  }

  private asEvent(way: Compaction): AgentEvent {
    const seq = (this.events.at(-1)?.seq ?? 0) + 1;
    const size = { limit: 0, tokensBefore: 0, tokensAfter: 0 };
    return { v: 1, seq, at: 0, taskId: "", type: "context_compacted", why: "window", ...way, ...size };
  }
}
