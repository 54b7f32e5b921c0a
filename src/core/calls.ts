import { actionFor, hashOf, makeAction, unpreparedAction, wasStarted } from "./action/action";
import { refusalText, whatChanged, withRemark } from "./action/answer";
import { namedChanges } from "./action/named-hunks";
import { acceptedEdits, describeOwnChanges, describeRefused, rebased, shownEdits } from "./action/shown-edits";
import { parseArguments } from "./arguments";
import { isOneTooMany, leaveOut } from "./calls-per-reply";
import { knownAnswer, toldAgain, withRepeatNote } from "./circles";
import { roomForResult } from "./compaction/budget";
import { FileMoved, ToolFailure } from "./errors";
import type { Action, AgentEvent, Call, EventOf, Mode, NewEvent } from "./events";
import { failedEditHint } from "./failed-edits";
import { decide, type Judgement } from "./gate/decide";
import { factsOf } from "./gate/facts";
import { runTool } from "./live-output";
import type { LoopState } from "./loop";
import { approvedPlan, describePlan, isReport, planOf, tick, withTicks } from "./plan/progress";
import type { Answer, FileEdit, ShownEdit } from "./ports";
import type { Ports } from "./task-ports";
import { linesOf } from "./text/lines";
import type { Prepared, ToolCall, ToolContext, ToolResult } from "./tools/tool";

type Events<Result = void> = AsyncGenerator<NewEvent, Result>;

/** Runs the calls of the last reply that have no result yet: all of them, or what a reload interrupted. */
export async function* runCalls(state: LoopState, ports: Ports, signal: AbortSignal): Events {
  for (const call of openCalls(state.events)) {
    if (signal.aborted) {
      return;
    }
    yield* isOneTooMany(call, state)
      ? leaveOut(unpreparedAction(ports.newId(), call, knownTool(call, ports)))
      : withHints(call, state, runCall(call, state, ports, signal));
  }
}

async function* runCall(call: Call, state: LoopState, ports: Ports, signal: AbortSignal): Events {
  const read = readCall(call, ports);
  if (!read.ok) {
    yield* failUnread(call, read.problem, ports);
    return;
  }
  const known = read.call.effect.kind === "read" ? undefined : knownAnswer(call, state.events);
  yield* known === undefined
    ? recorded(new CallRun(call, read.call, state, ports, signal))
    : answerAgain(unpreparedAction(ports.newId(), call, read.call), toldAgain(known));
}

async function* recorded(run: CallRun): Events {
  yield* run.run();
  yield* run.record();
}

/** The user is not asked the same again, and nothing is done twice. */
function* answerAgain(action: Action, text: string): Generator<NewEvent, void> {
  const reason = "The same call was answered a moment ago, and nothing has changed since.";
  yield { type: "action_proposed", action };
  yield { type: "action_judged", actionId: action.id, verdict: "refuse", rule: "same-call-again", reason };
  yield* finish(action, { outcome: "refused", text });
}

/** What the model should know about a result beyond the result: that it has seen it before, or that its edits keep failing. */
async function* withHints(call: Call, state: LoopState, events: Events): Events {
  const known = state.events.slice();
  for await (const event of events) {
    if (event.type !== "action_finished" || event.callId !== call.id) {
      yield event;
      continue;
    }
    const text = withRepeatNote(event.text, call, known);
    yield { ...event, text: text + failedEditHint(event, call, known, shortFiles(state)) };
  }
}

/** Files that this model had better write whole. */
function shortFiles({ seen, habits }: LoopState): (path: string) => boolean {
  const { wholeFileBelowLines = 0 } = habits ?? {};
  return (path) => {
    const text = seen.get(path);
    return text !== undefined && linesOf(text).length <= wholeFileBelowLines;
  };
}

/** Calls of the newest reply without a result. A user message after it closes them: they were given up. */
export function openCalls(events: readonly AgentEvent[]): Call[] {
  const index = events.findLastIndex((event) => event.type === "reply_finished");
  const reply = events[index];
  const later = events.slice(index + 1);
  if (reply?.type !== "reply_finished" || later.some((event) => event.type === "user_said")) {
    return [];
  }
  const finished = new Set(later.flatMap((event) => (event.type === "action_finished" ? [event.callId] : [])));
  return reply.calls.filter((call) => !finished.has(call.id));
}

export function modeOf(events: readonly AgentEvent[]): Mode {
  const last = events.findLast((event) => event.type === "task_started" || event.type === "mode_changed");
  return last && "mode" in last ? last.mode : "act";
}

/** The window of the model that made the newest calls. */
function windowOf(events: readonly AgentEvent[]): number | undefined {
  const turn = events.findLast((event) => event.type === "turn_started");
  return turn?.type === "turn_started" ? turn.endpoint.contextWindow : undefined;
}

/** The user said yes to an edit of this task. */
export function hasAcceptedEdit(events: readonly AgentEvent[]): boolean {
  const accepted = new Set(
    events.flatMap((event) => (event.type === "action_answered" && event.allow ? [event.actionId] : [])),
  );
  return events.some(
    (event) => event.type === "action_proposed" && event.action.effect.kind === "edit" && accepted.has(event.action.id),
  );
}

type Read = { ok: true; call: ToolCall } | { ok: false; problem: string };

function readCall(call: Call, ports: Ports): Read {
  const tool = ports.tools.find((candidate) => candidate.name === call.name);
  if (!tool) {
    const names = ports.tools.map((candidate) => candidate.name).join(", ");
    return { ok: false, problem: `There is no tool ${call.name}. The tools are: ${names}.` };
  }
  const input = parseArguments(call.arguments);
  if (input === undefined) {
    return { ok: false, problem: `The arguments of ${call.name} are not valid JSON. Send the call again.` };
  }
  const read = tool.read(input);
  return read.ok
    ? read
    : { ok: false, problem: `The arguments of ${call.name} do not fit:\n${read.problem}\nSend the call again.` };
}

function knownTool(call: Call, ports: Ports): ToolCall | undefined {
  const read = readCall(call, ports);
  return read.ok ? read.call : undefined;
}

async function* failUnread(call: Call, text: string, ports: Ports): Events {
  const action = unpreparedAction(ports.newId(), call, undefined);
  yield { type: "action_proposed", action };
  yield* finish(action, { outcome: "failed", text });
}

type Outcome = Omit<EventOf<"action_finished">, "type" | "actionId" | "callId" | "v" | "seq" | "at" | "taskId">;

function* finish(action: Action, outcome: Outcome): Generator<NewEvent, void> {
  yield { type: "action_finished", actionId: action.id, callId: action.callId, ...outcome };
}

/** How often an edit is put on top of what is typed while it is written. */
const mostTries = 5;

/** One call on its way: judge, show, ask, check that it is still the same, carry out, report. */
class CallRun {
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
        yield* this.end({ outcome: "cancelled", text: "Stopped by the user before it was done." });
      } else if (error instanceof ToolFailure) {
        yield* this.end({ outcome: "failed", text: error.message });
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
      yield* finish(earlier, { outcome: "failed", text });
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
    yield* finish(action, { outcome: "refused", text: judgement.reason });
  }

  /** The same card stands again after a reload; another one when what it is bound to has changed. */
  private async *propose(prepared: Prepared, again: string | undefined): Events<Action> {
    const earlier = actionFor(this.call.id, this.state.events);
    if (earlier && earlier.hash === (await hashOf(this.tool, prepared))) {
      return earlier;
    }
    const action = await makeAction(this.ports.newId(), this.call, this.tool, prepared, again);
    yield { type: "action_proposed", action };
    return action;
  }

  /** Returns why the action has to be shown again, or undefined when it is done with. */
  private async *settle(action: Action, prepared: Prepared, judgement: Judgement): Events<string | undefined> {
    if (action.preview.kind === "plan") {
      yield* this.settlePlan(action, judgement);
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
      yield* finish(action, { outcome: "refused", text: refusalText(action, answer) });
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
      yield* finish(action, { outcome: "refused", text: refusalText(action, answer) });
      return undefined;
    }
    const asShown = shownEdits(prepared.edits, answer);
    const { shown, conflicts } = await this.rebase(asShown);
    yield* this.tellRebased(action, asShown, shown);
    yield this.answered(action, answer, await this.hashAsShown(action, prepared, shown));
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
      const { shown, conflicts } = await this.rebase(before);
      if (conflicts.length > 0) {
        return conflictText(conflicts);
      }
      yield* this.tellRebased(action, before, shown);
      now = { ...now, shown };
      yield this.answered(action, now, await this.hashAsShown(action, prepared, shown));
    }
  }

  /** The edits on top of what the files hold now, and those files where that cannot be. */
  private async rebase(edits: readonly ShownEdit[]): Promise<{ shown: ShownEdit[]; conflicts: string[] }> {
    const conflicts: string[] = [];
    const shown: ShownEdit[] = [];
    for (const edit of edits) {
      const now = edit.accepted === edit.base ? edit : rebased(edit, await this.textNow(edit.path));
      if (now === undefined) {
        conflicts.push(edit.path);
      }
      shown.push(now ?? edit);
    }
    return { shown, conflicts };
  }

  private async textNow(path: string): Promise<string | undefined> {
    const { files, signal } = this.context;
    const facts = await files.look(path, signal);
    return facts?.kind === "file" && (facts.resolved !== undefined || facts.size > 0)
      ? files.read(path, signal)
      : undefined;
  }

  private *tellRebased(
    action: Action,
    before: readonly ShownEdit[],
    now: readonly ShownEdit[],
  ): Generator<NewEvent, void> {
    const moved = now.filter((edit, index) => edit !== before[index]);
    if (moved.length > 0) {
      const all = namedChanges(now);
      const files = moved.flatMap(({ path }) => all.find((file) => file.path === path) ?? []);
      yield { type: "proposal_changed", actionId: action.id, files, accepted: [], rejected: [], held: [] };
    }
  }

  private async hashAsShown(action: Action, prepared: Prepared, shown: readonly ShownEdit[]): Promise<string> {
    const edits = shown.map(({ accepted: _, ...edit }) => edit);
    const isAsAsked = edits.every(({ base, target }, index) => {
      const asked = prepared.edits[index];
      return base === asked?.base && target === asked?.target;
    });
    const files = namedChanges(edits);
    return isAsAsked ? action.hash : hashOf(this.tool, { preview: { kind: "edit", files }, edits });
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
      yield* finish(action, { outcome: "refused", text: refusalText(action, answer) });
      return;
    }
    const startedAt = performance.now();
    const result = yield* this.effect(action, edits, prepared, answer);
    for (const [path, text] of result.read ?? []) {
      this.state.seen.set(path, text);
    }
    yield* tick(action, result, this.state.events);
    yield* finish(action, {
      outcome: this.signal.aborted ? "cancelled" : result.failed ? "failed" : "done",
      text: withRemark(
        action,
        result.text + describeOwnChanges(prepared.edits, shown) + describeRefused(shown),
        answer.remark,
      ),
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
    try {
      const { notes = [] } = prepared;
      return yield* runTool(actionId, this.tool, { context: this.context, edits, notes, remark: answer.remark });
    } finally {
      const files = await checkpoint?.finish();
      if (checkpoint && files) {
        this.leftBy = actionId;
        yield { type: "checkpoint_made", actionId, checkpointId: checkpoint.id, files, notes: [...checkpoint.notes] };
      }
    }
  }

  private async *settlePlan(action: Action, judgement: Judgement): Events {
    if (action.preview.kind !== "plan") {
      return;
    }
    const { plan } = action.preview;
    const approved = approvedPlan(this.state.events);
    if (isReport(plan, approved)) {
      const reason = "A report on the plan you approved.";
      yield { type: "action_judged", actionId: action.id, verdict: "allow", rule: "plan-progress", reason };
      yield { type: "plan_changed", plan: withTicks(approved, plan), by: "model" };
      yield* finish(action, { outcome: "done", text: "Noted. Go on with the next step." });
      return;
    }
    if (!this.state.events.some((event) => event.type === "plan_proposed" && event.actionId === action.id)) {
      yield { type: "plan_proposed", actionId: action.id, plan };
    }
    yield { type: "action_judged", actionId: action.id, ...judgement };
    const answer = yield* this.ask(action, { preview: action.preview, edits: [] });
    yield* answer.allow
      ? this.approvePlan(action, answer)
      : finish(action, { outcome: "refused", text: planRefusal(answer) });
  }

  private async *approvePlan(action: Action, answer: Answer): Events {
    const plan = planOf(this.state.events) ?? { steps: [] };
    yield { type: "plan_approved", actionId: action.id, plan };
    if (modeOf(this.state.events) === "plan") {
      yield { type: "mode_changed", mode: "act", by: "plan_approved" };
    }
    const text = `The user approved this plan; carry it out now:\n${describePlan(plan)}`;
    yield* finish(action, { outcome: "done", text: withRemark(action, text, answer.remark) });
  }

  private *end(outcome: Outcome): Generator<NewEvent, void> {
    yield* finish(yield* this.known(), outcome);
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

function conflictText(paths: readonly string[]): string {
  return `${paths.join(", ")} changed after this was shown; the proposal now stands on the new text.`;
}

function planRefusal(answer: Answer): string {
  return answer.remark
    ? `The user did not approve the plan. They say: ${answer.remark}`
    : "The user did not approve the plan. Ask what they want changed.";
}
