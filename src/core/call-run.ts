import { actionFor, hashOf, makeAction, unpreparedAction, wasStarted } from "./action/action";
import { refusalText, remarksOn, whatChanged, withKeptRemarks, withRemarks } from "./action/answer";
import { finish, type Outcome } from "./action/finish";
import { conflictText, hashAsShown, rebase, tellRebased } from "./action/rebase";
import {
  acceptedEdits,
  describeHeld,
  describeOwnChanges,
  describeRefused,
  heldAlready,
  shownEdits,
} from "./action/shown-edits";
import { roomForResult } from "./compaction/budget";
import { FileMoved, ToolFailure } from "./errors";
import type { Action, Call, NewEvent } from "./events";
import { decide, type Judgement } from "./gate/decide";
import { factsOf } from "./gate/facts";
import { runTool } from "./live-output";
import type { LoopState } from "./loop";
import { tick } from "./plan/progress";
import { settlePlan } from "./plan/settle-plan";
import type { Answer, FileEdit } from "./ports";
import { hasAcceptedEdit, modeOf, windowOf } from "./standing";
import type { Ports } from "./task-ports";
import type { Prepared, ToolCall, ToolContext, ToolResult } from "./tools/tool";

type Events<Result = void> = AsyncGenerator<NewEvent, Result>;

/** How often an edit is put on top of what is typed while it is written. */
const mostTries = 5;

/** One call on its way: judge, show, ask, check that it is still the same, carry out, report. */
export class CallRun {
  private readonly context: ToolContext;
  /** The action, once it has left something in files. */
  private leftBy: string | undefined;

  constructor(
    private readonly call: Call,
    private readonly tool: ToolCall,
    private readonly state: LoopState,
    private readonly ports: Ports,
    private readonly signal: AbortSignal,
  ) {
    const { files, search, shell } = ports;
    const longestResult = roomForResult(windowOf(state.events));
    const { seen, habits } = state;
    const { readLines: usualLines = 400, wholeFileBelowLines = 0 } = habits ?? {};
    this.context = { files, search, shell, seen, longestResult, usualLines, wholeFileBelowLines, signal };
  }

  async *run(): Events {
    try {
      yield* this.judgeAndCarryOut();
    } catch (error) {
      if (this.signal.aborted) {
        yield* this.end(yield* this.known(), { outcome: "cancelled", text: "Stopped by the user before it was done." });
      } else if (error instanceof ToolFailure) {
        yield* this.end(yield* this.known(), { outcome: "failed", text: error.message });
      } else {
        throw error;
      }
    }
  }

  /** However the action ended: what it did to files belongs in the user's own record, when they want one. */
  async *record(): Events {
    if (this.leftBy !== undefined) {
      yield* (await this.ports.trail?.record(this.leftBy, this.signal)) ?? [];
    }
  }

  private async *judgeAndCarryOut(): Events {
    const earlier = actionFor(this.call.id, this.state.events);
    if (earlier && wasStarted(earlier.id, this.state.events)) {
      const text =
        "Interrupted while it ran: it may have had its effect, in whole or in part. Look before repeating it.";
      yield* this.end(earlier, { outcome: "failed", text });
      return;
    }
    let again = earlier ? "What this would do has changed since it was first shown." : undefined;
    for (;;) {
      const judgement = await this.judge();
      if (judgement.verdict === "refuse") {
        yield* this.refuse(judgement);
        return;
      }
      const prepared = await this.tool.prepare(this.context);
      const action = yield* this.propose(prepared, again);
      again = yield* this.settle(action, prepared, judgement);
      if (again === undefined) {
        return;
      }
    }
  }

  private async judge(): Promise<Judgement> {
    const { events } = this.state;
    const policy = { approvals: this.ports.approvals(), mode: modeOf(events), trusted: hasAcceptedEdit(events) };
    return decide(this.tool.effect, policy, await factsOf(this.tool.effect, this.ports.files, this.signal));
  }

  private async *refuse(judgement: Judgement): Events {
    const action = yield* this.known();
    yield { type: "action_judged", actionId: action.id, ...judgement };
    yield* this.end(action, { outcome: "refused", text: judgement.reason });
  }

  /** The same card stands again after a reload; another one when what it is bound to has changed. */
  private async *propose(prepared: Prepared, again: string | undefined): Events<Action> {
    const earlier = actionFor(this.call.id, this.state.events);
    if (earlier && earlier.hash === (await hashOf(this.tool, prepared))) {
      return earlier;
    }
    const why = again === undefined ? undefined : withKeptRemarks(again, this.remarks);
    const action = await makeAction(this.ports.newId(), this.call, this.tool, prepared, why);
    yield { type: "action_proposed", action };
    return action;
  }

  /** Returns why the action has to be shown again, or undefined when it is done with. */
  private async *settle(action: Action, prepared: Prepared, judgement: Judgement): Events<string | undefined> {
    if (action.preview.kind === "plan") {
      const ask = () => this.ask(action, prepared);
      yield* settlePlan(action, action.preview.plan, judgement, { events: this.state.events, ask });
      return undefined;
    }
    yield { type: "action_judged", actionId: action.id, ...judgement };
    if (judgement.verdict === "allow") {
      return yield* this.carryOutOn(action, prepared, { allow: true });
    }
    return prepared.edits.length > 0
      ? yield* this.settleEdits(action, prepared)
      : yield* this.settleOther(action, prepared);
  }

  private async *settleOther(action: Action, prepared: Prepared): Events<string | undefined> {
    const answer = yield* this.ask(action, prepared);
    if (!answer.allow) {
      yield* this.endRefused(action, answer);
      return undefined;
    }
    const now = await this.tool.prepare(this.context);
    if ((await hashOf(this.tool, now)) !== action.hash) {
      return whatChanged(prepared, now);
    }
    yield* this.carryOut(action, now, answer);
    return undefined;
  }

  /** The user may have decided on parts, edited the proposal, or typed in the files while it stood. */
  private async *settleEdits(action: Action, prepared: Prepared): Events<string | undefined> {
    const answer = await this.ports.approver.ask(action, prepared.edits, this.signal);
    if (!answer.allow) {
      yield this.answered(action, answer, action.hash);
      yield* this.endRefused(action, answer);
      return undefined;
    }
    const asShown = shownEdits(prepared.edits, answer);
    const { shown, conflicts } = await rebase(asShown, this.context);
    yield* tellRebased(action, asShown, shown);
    yield this.answered(action, answer, await hashAsShown(this.tool, action, prepared, shown));
    return conflicts.length > 0
      ? conflictText(conflicts)
      : yield* this.carryOutOn(action, prepared, { ...answer, shown });
  }

  /** Who types while it is written keeps what they typed: the same parts are put on top of it, and that is on record too. */
  private async *carryOutOn(action: Action, prepared: Prepared, answer: Answer): Events<string | undefined> {
    let now = answer;
    for (let attempt = 1; ; attempt++) {
      try {
        yield* this.carryOut(action, prepared, now);
        return undefined;
      } catch (error) {
        if (!(error instanceof FileMoved) || attempt === mostTries) {
          throw error;
        }
      }
      const before = shownEdits(prepared.edits, now);
      const { shown, conflicts } = await rebase(before, this.context);
      if (conflicts.length > 0) {
        return conflictText(conflicts);
      }
      yield* tellRebased(action, before, shown);
      now = { ...now, shown };
      yield this.answered(action, now, await hashAsShown(this.tool, action, prepared, shown));
    }
  }

  private async *ask(action: Action, prepared: Prepared): Events<Answer> {
    const answer = await this.ports.approver.ask(action, prepared.edits, this.signal);
    yield this.answered(action, answer, action.hash);
    return answer;
  }

  private answered(action: Action, { allow, remark, hunks }: Answer, hash: string): NewEvent {
    return {
      type: "action_answered",
      actionId: action.id,
      allow,
      hash,
      ...(remark === undefined ? {} : { remark }),
      ...(hunks === undefined ? {} : { hunks }),
    };
  }

  private async *carryOut(action: Action, prepared: Prepared, answer: Answer): Events {
    const shown = shownEdits(prepared.edits, answer);
    const edits = acceptedEdits(shown);
    if (prepared.edits.length > 0 && edits.length === 0) {
      yield* this.endUnwritten(action, prepared, answer);
      return;
    }
    const startedAt = performance.now();
    const result = yield* this.effect(action, edits, prepared, answer);
    for (const [path, text] of result.read ?? []) {
      this.state.seen.set(path, text);
    }
    yield* tick(action, result, this.state.events);
    const about = [
      describeHeld(prepared.edits, shown),
      describeOwnChanges(prepared.edits, shown),
      describeRefused(shown),
    ];
    yield* this.end(action, {
      outcome: this.signal.aborted ? "cancelled" : result.failed ? "failed" : "done",
      text: [result.text, ...about].filter((part) => part !== "").join("\n"),
      durationMs: Math.round(performance.now() - startedAt),
      ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
      ...(result.changed === undefined ? {} : { changed: result.changed }),
    });
  }

  /** Nothing is touched before what is needed to go back is kept; what the effect left is recorded however it ended. */
  private async *effect(
    action: Action,
    edits: readonly FileEdit[],
    prepared: Prepared,
    answer: Answer,
  ): Events<ToolResult> {
    const { id: actionId, title: label, effect } = action;
    const touches = effect.kind === "edit" || effect.kind === "command";
    const checkpoint = touches ? await this.ports.checkpoints.before({ actionId, label, effect, edits }) : undefined;
    yield { type: "action_started", actionId };
    let outcome: "done" | "failed" = "failed";
    try {
      const { notes = [] } = prepared;
      const run = { context: this.context, edits, notes, remark: answer.remark };
      const result = yield* runTool(actionId, this.tool, run);
      outcome = "done";
      return result;
    } finally {
      const files = await checkpoint?.finish(outcome);
      if (checkpoint && files) {
        this.leftBy = actionId;
        yield { type: "checkpoint_made", actionId, checkpointId: checkpoint.id, files, notes: [...checkpoint.notes] };
      }
    }
  }

  /** Every part was left out, or what was accepted stands in the files already. */
  private *endUnwritten(action: Action, { edits }: Prepared, answer: Answer): Generator<NewEvent, void> {
    const shown = shownEdits(edits, answer);
    yield* heldAlready(edits, shown).length === edits.length
      ? this.end(action, { outcome: "done", text: describeHeld(edits, shown) })
      : this.endRefused(action, answer);
  }

  private *endRefused(action: Action, answer: Answer): Generator<NewEvent, void> {
    yield* finish(action, { outcome: "refused", text: refusalText(action, answer, this.remarks) });
  }

  private *end(action: Action, outcome: Outcome): Generator<NewEvent, void> {
    yield* finish(action, { ...outcome, text: withRemarks(action, outcome.text, this.remarks) });
  }

  private get remarks(): string[] {
    return remarksOn(this.call.id, this.state.events);
  }

  /** The action as shown, or a bare one for a call that failed before there was anything to show. */
  private *known(): Generator<NewEvent, Action> {
    const shown = actionFor(this.call.id, this.state.events);
    if (shown) {
      return shown;
    }
    const action = unpreparedAction(this.ports.newId(), this.call, this.tool);
    yield { type: "action_proposed", action };
    return action;
  }
}
