import type { AgentEvent, EventOf } from "../events";
import { approvedPlan, planOf } from "../plan/progress";
import { modeOf } from "../standing";
import { keepEnds } from "../text/keep-ends";
import { oneLine, outcomeOf } from "./describe-call";
import type { Turn } from "./turns";

const mostSteps = 60;

/** What the model wrote of the work before the event with this number. */
export interface Summary {
  text: string;
  seq: number;
}

/** The newest summary that an earlier compaction was made with. */
export function lastSummary(events: readonly AgentEvent[]): Summary | undefined {
  const found = events.findLast((event) => event.type === "context_compacted" && event.replaced?.summary !== undefined);
  return found?.type === "context_compacted" && found.replaced?.summary !== undefined
    ? { text: found.replaced.summary, seq: found.seq }
    : undefined;
}

/**
 * The message that stands for the beginning of a task: what the user said, word for word as far as `room` characters
 * allow, the plan, and what was done: in the model's own words as far as its `summary` goes, and after it as a list.
 */
export function digestOf(
  events: readonly AgentEvent[],
  older: readonly Turn[],
  room: number,
  summary: Summary | undefined,
): string {
  const after = older.filter((turn) => turn.seq > (summary?.seq ?? -1));
  return [
    "[The beginning of this task was shortened to make room. This stands for it.]",
    `What was asked, in order:\n${userTexts(events, room)}`,
    planText(events),
    summary === undefined ? "" : `Your own summary of the work so far:\n${summary.text}`,
    stepsText(after, summary === undefined ? "What you did so far" : "What you did after that"),
    changesText(events),
    `[mode: ${modeOf(events)}]`,
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** The newest whole, the others as far as there is room. Nudges are not worth keeping. */
function userTexts(events: readonly AgentEvent[], room: number): string {
  const texts = events.flatMap((event) => (event.type === "user_said" && !isNudge(event) ? [textOf(event)] : []));
  const newest = texts.at(-1) ?? "";
  const others = texts.slice(0, -1);
  const total = others.reduce((sum, text) => sum + text.length, 0);
  const share = Math.floor(Math.max(0, room - newest.length) / Math.max(1, others.length));
  const kept = total + newest.length <= room ? others : others.map((text) => keepEnds(text, Math.max(160, share)));
  return [...kept, newest].map((text, index) => `${index + 1}. ${text}`).join("\n");
}

function textOf({ text, attachments }: EventOf<"user_said">): string {
  return text + attachments.map((one) => `\n\n${one.label}:\n${one.text}`).join("");
}

function isNudge({ by, text }: EventOf<"user_said">): boolean {
  return by === "hearth" && text.startsWith("[");
}

function planText(events: readonly AgentEvent[]): string {
  const plan = planOf(events);
  if (plan === undefined) {
    return "";
  }
  const steps = plan.steps.map((step, index) => {
    const files = step.files.length > 0 ? ` (${step.files.join(", ")})` : "";
    return `${index + 1}. [${step.done ? "done" : "open"}] ${step.title}${files}${step.check ? ` Check: ${step.check}` : ""}`;
  });
  return `The plan, ${approvedPlan(events) ? "approved" : "not approved yet"}:\n${steps.join("\n")}`;
}

function stepsText(turns: readonly Turn[], title: string): string {
  const lines = turns.flatMap((turn) => [
    ...(turn.text.trim() === "" ? [] : [`- You said: ${oneLine(turn.text, 200)}`]),
    ...turn.calls.map(({ call, result }) => `- ${outcomeOf(call, result)}`),
  ]);
  const shown = lines.slice(-mostSteps);
  const missing = lines.length - shown.length;
  const head = missing === 0 ? [] : [`- [… ${missing} earlier steps …]`];
  return lines.length === 0 ? "" : `${title}:\n${[...head, ...shown].join("\n")}`;
}

function changesText(events: readonly AgentEvent[]): string {
  const changed = new Set(events.flatMap((event) => (event.type === "action_finished" ? (event.changed ?? []) : [])));
  const restored = events.findLast((event) => event.type === "restored");
  const lines = [
    changed.size === 0 ? "" : `Files changed so far: ${[...changed].join(", ")}`,
    restored === undefined
      ? ""
      : `The user ${restored.redo ? "put your changes back in" : "took your changes back"}: ${restored.files.join(", ")}. Read them before you edit.`,
  ];
  return lines.filter((line) => line !== "").join("\n");
}
