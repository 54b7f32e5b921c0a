import type { Action, AgentEvent, EventOf } from "./events";
import {
  committedText,
  compactedText,
  grantEndedText,
  grantedText,
  notCommittedText,
  recoveredText,
  restoredText,
  squashedText,
} from "./note-texts";
import type { ActionItem, Item, NoteOffer, ReplyItem, TaskView } from "./task-view";

/** Adds events to a view without touching the old one: changed items are new objects, unchanged ones are shared. */
export function fold(view: TaskView, events: readonly AgentEvent[]): TaskView {
  const next = { ...view, items: view.items.slice() };
  for (const event of events) {
    add(next, event);
  }
  return next;
}

function add(view: TaskView, event: AgentEvent): void {
  const key = `${event.seq}`;
  switch (event.type) {
    case "task_started":
      view.id = event.taskId;
      view.title = event.title;
      view.mode = event.mode;
      view.endpoint = event.endpoint;
      return;
    case "user_said":
      view.items.push({ kind: "user", key, text: event.text, attachments: event.attachments, by: event.by });
      view.status = "thinking";
      return;
    case "turn_started":
      view.endpoint = event.endpoint;
      view.status = "thinking";
      view.items.push(startedReply(key, event));
      return;
    case "reply_delta":
      view.status = "replying";
      changeLast(view, "reply", (item) => withDelta(item, event));
      return;
    case "reply_finished":
      view.usage = event.usage ?? view.usage;
      view.tokensPerSecond = event.timings.tokensPerSecond ?? view.tokensPerSecond;
      view.status = event.calls.length > 0 ? "running" : "idle";
      changeLast(view, "reply", (item) => finishedReply(item, event));
      return;
    case "plan_proposed":
      view.plan = event.plan;
      view.planApproved = false;
      return;
    case "plan_changed":
      view.plan = event.plan;
      return;
    case "plan_approved":
      view.plan = event.plan;
      view.planApproved = true;
      return;
    case "mode_changed":
      view.mode = event.mode;
      view.items.push({
        kind: "note",
        key,
        tone: "quiet",
        text: event.mode === "plan" ? "Planning: Hearth only reads." : "Acting: each change asks first.",
      });
      return;
    case "action_proposed":
      view.status = "running";
      view.items = view.items.map((item) => superseded(item, event.action));
      view.items.push(proposedAction(key, event.action));
      return;
    case "action_judged":
      if (event.verdict === "ask") {
        view.status = "waiting";
      }
      changeAction(view, event.actionId, (item) => ({
        ...item,
        state: event.verdict === "ask" ? "waiting" : event.verdict === "refuse" ? "refused" : item.state,
        rule: event.rule,
        reason: event.reason,
      }));
      return;
    case "action_answered":
      view.status = "running";
      changeAction(view, event.actionId, (item) => ({
        ...item,
        state: event.allow ? "running" : "refused",
        answer: { allow: event.allow, remark: event.remark, hunks: event.hunks },
      }));
      return;
    case "proposal_changed":
      changeAction(view, event.actionId, (item) => withProposal(item, event));
      return;
    case "action_started":
      view.status = "running";
      changeAction(view, event.actionId, (item) => ({ ...item, state: "running", startedAt: event.at }));
      return;
    case "action_output":
      changeAction(view, event.actionId, (item) => ({ ...item, output: keepEnds(item.output + event.text) }));
      return;
    case "action_finished":
      changeAction(view, event.actionId, (item) => ({
        ...item,
        state: event.outcome,
        result: event.text,
        exitCode: event.exitCode,
        durationMs: event.durationMs,
      }));
      return;
    case "checkpoint_made":
      withdraw(view, "redo");
      changeAction(view, event.actionId, (item) => ({
        ...item,
        checkpoint: { id: event.checkpointId, files: event.files, notes: event.notes },
      }));
      return;
    case "restored":
      withdraw(view, "redo");
      view.items.push({ kind: "note", key, tone: "quiet", text: restoredText(event), offer: redoOf(event) });
      return;
    case "recovered":
      view.items.push({ kind: "note", key, tone: "quiet", text: recoveredText(event) });
      return;
    case "committed":
      addCommit(view, key, event);
      return;
    case "not_committed":
      view.items.push({ kind: "note", key, tone: "bad", text: notCommittedText(event) });
      return;
    case "commits_squashed": {
      withdraw(view, "squash");
      view.items = view.items.map((item) =>
        item.kind === "note" && item.commit !== undefined ? { ...item, isSquashed: true } : item,
      );
      view.items.push({ kind: "note", key, tone: "quiet", text: squashedText(event), commit: event.commit });
      return;
    }
    case "verify_started":
      view.status = "running";
      view.items.push({
        kind: "verify",
        key,
        round: event.round,
        rounds: event.rounds,
        test: event.test,
        command: event.command,
        outcome: undefined,
        text: "",
        durationMs: undefined,
      });
      return;
    case "verdict_given":
      changeLast(view, "verify", (item) => ({
        ...item,
        outcome: event.outcome,
        text: event.text,
        durationMs: event.durationMs,
      }));
      return;
    case "grant_requested":
      return;
    case "grant_given":
      view.items.push({ kind: "note", key, tone: "quiet", text: grantedText(event) });
      return;
    case "grant_ended":
      view.items.push({ kind: "note", key, tone: "quiet", text: grantEndedText(event) });
      return;
    case "context_compacted":
      changeLast(view, "reply", (item) => withoutOverflow(item, event));
      view.items.push({ kind: "note", key, tone: "quiet", text: compactedText(event) });
      return;
    case "paused":
      view.status = "paused";
      view.items = view.items.map(settle);
      view.items.push({ kind: "note", key, tone: "quiet", text: event.why });
      return;
    case "resumed":
      view.status = "running";
      return;
    case "finished":
      view.status = "idle";
      view.items = view.items.map(settle);
      if (event.reason !== "answered") {
        view.items.push({ kind: "finished", key, reason: event.reason, text: event.text, trouble: event.trouble });
      }
      return;
  }
}

/** A reply that the server refused for its length is no trouble once there is room for it. */
function withoutOverflow(item: ReplyItem, { why }: EventOf<"context_compacted">): ReplyItem {
  return why === "overflow" && item.stop === "error" ? { ...item, trouble: undefined } : item;
}

function redoOf({ checkpointId, redo }: EventOf<"restored">): NoteOffer | undefined {
  return redo ? undefined : { kind: "redo", checkpointId };
}

function addCommit(view: TaskView, key: string, event: EventOf<"committed">): void {
  const { commit } = event;
  const isSecond = commit !== undefined && view.items.some(isOwnCommit);
  if (isSecond) {
    withdraw(view, "squash");
  }
  const offer: NoteOffer | undefined = isSecond ? { kind: "squash" } : undefined;
  view.items.push({ kind: "note", key, tone: "quiet", text: committedText(event), commit, offer });
}

function isOwnCommit(item: Item): boolean {
  return item.kind === "note" && item.commit !== undefined && item.isSquashed !== true;
}

/** Only the newest of its kind can be acted on. */
function withdraw(view: TaskView, kind: NoteOffer["kind"]): void {
  view.items = view.items.map((item) =>
    item.kind === "note" && item.offer?.kind === kind ? { ...item, offer: undefined } : item,
  );
}

function startedReply(key: string, event: EventOf<"turn_started">): ReplyItem {
  return {
    kind: "reply",
    key,
    turn: event.turn,
    text: "",
    reasoning: "",
    writing: undefined,
    streaming: true,
    startedAt: event.at,
    endpoint: event.endpoint,
    stop: undefined,
    usage: undefined,
    timings: undefined,
    trouble: undefined,
  };
}

function withDelta(item: ReplyItem, event: EventOf<"reply_delta">): ReplyItem {
  if (event.kind === "text") {
    return { ...item, text: item.text + event.text };
  }
  if (event.kind === "reasoning") {
    return { ...item, reasoning: item.reasoning + event.text };
  }
  const name = event.name ?? item.writing?.name ?? "";
  const before = item.writing?.name === name ? item.writing.characters : 0;
  return { ...item, writing: { name, characters: before + event.text.length } };
}

function finishedReply(item: ReplyItem, event: EventOf<"reply_finished">): ReplyItem {
  return {
    ...item,
    text: event.text,
    reasoning: event.reasoning,
    writing: undefined,
    streaming: false,
    stop: event.stop,
    usage: event.usage,
    timings: event.timings,
    trouble: event.trouble,
  };
}

function proposedAction(key: string, action: Action): ActionItem {
  return {
    kind: "action",
    key,
    action,
    state: "proposed",
    rule: undefined,
    reason: undefined,
    answer: undefined,
    proposal: { version: 0, accepted: [], rejected: [], held: [] },
    output: "",
    result: undefined,
    exitCode: undefined,
    startedAt: undefined,
    durationMs: undefined,
    checkpoint: undefined,
  };
}

function withProposal(item: ActionItem, event: EventOf<"proposal_changed">): ActionItem {
  const { accepted, rejected, held } = event;
  const proposal = { version: item.proposal.version + 1, accepted, rejected, held };
  const { preview } = item.action;
  if (preview.kind !== "edit" || event.files.length === 0) {
    return { ...item, proposal };
  }
  const changed = new Map(event.files.map((file) => [file.path, file]));
  const files = preview.files.map((file) => changed.get(file.path) ?? file);
  return { ...item, proposal, action: { ...item.action, preview: { ...preview, files } } };
}

/** An action that stands again takes the place of the card it was shown on before. */
function superseded(item: Item, action: Action): Item {
  const isEarlier = item.kind === "action" && item.action.callId === action.callId && item.state !== "done";
  return isEarlier ? { ...item, state: "cancelled" } : item;
}

/** Nothing keeps turning after the end: what was still open is shown as cancelled. */
function settle(item: Item): Item {
  if (item.kind === "reply" && item.streaming) {
    return { ...item, streaming: false, writing: undefined, stop: item.stop ?? "aborted" };
  }
  if (item.kind === "action" && (item.state === "proposed" || item.state === "waiting" || item.state === "running")) {
    return { ...item, state: "cancelled" };
  }
  return item;
}

function changeLast<Kind extends Item["kind"]>(
  view: TaskView,
  kind: Kind,
  change: (item: Extract<Item, { kind: Kind }>) => Item,
): void {
  const index = view.items.findLastIndex((item) => item.kind === kind);
  const item = view.items[index];
  if (item) {
    view.items[index] = change(item as Extract<Item, { kind: Kind }>);
  }
}

function changeAction(view: TaskView, actionId: string, change: (item: ActionItem) => ActionItem): void {
  const index = view.items.findLastIndex((item) => item.kind === "action" && item.action.id === actionId);
  const item = view.items[index];
  if (item?.kind === "action") {
    view.items[index] = change(item);
  }
}

const shownOutput = 60_000;
const leftOut = /\n\[… (\d+) characters not shown …\]\n/;

/** Live output shows its head and its tail; the whole bounded text comes with the result. */
function keepEnds(text: string): string {
  const earlier = leftOut.exec(text);
  const whole = text.replace(leftOut, "");
  if (whole.length <= shownOutput) {
    return text;
  }
  const half = shownOutput / 2;
  const hidden = whole.length - shownOutput + Number(earlier?.[1] ?? 0);
  return `${whole.slice(0, half)}\n[… ${hidden} characters not shown …]\n${whole.slice(-half)}`;
}
