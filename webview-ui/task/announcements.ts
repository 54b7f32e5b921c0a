import type { ActionItem, Item, TaskView } from "../../src/core/task-view";
import { describeState } from "../cards/action-state";
import { describeRound } from "../cards/describe-round";
import { escapeText } from "../text/escape-text";

export interface Announcements {
  /** For the polite log: finished messages and what became of actions. */
  said: string[];
  /** For the urgent line: something needs the user now. */
  urgent: string | undefined;
}

const longest = 1_000;
const looksBack = 50;

/** What a person who cannot see the page is told about a change of the task. */
export function announce(before: TaskView | undefined, after: TaskView | undefined): Announcements {
  const said: string[] = [];
  let urgent: string | undefined;
  if (after === undefined || before?.id !== after.id) {
    const waiting = after?.items.find(isWaiting);
    return { said, urgent: waiting && approvalNeeded(waiting) };
  }
  for (let index = Math.max(0, after.items.length - looksBack); index < after.items.length; index += 1) {
    const item = after.items[index];
    const old = before.items[index];
    if (!item || item === old) {
      continue;
    }
    if (isWaiting(item) && !(old && isWaiting(old))) {
      urgent = approvalNeeded(item);
    } else {
      const words = describe(item, old);
      if (words !== undefined) {
        said.push(escapeText(words).slice(0, longest));
      }
    }
  }
  return { said, urgent };
}

function isWaiting(item: Item): item is ActionItem {
  return item.kind === "action" && item.state === "waiting";
}

function approvalNeeded(item: ActionItem): string {
  return `Approval needed: ${escapeText(item.action.title)}`;
}

function describe(item: Item, old: Item | undefined): string | undefined {
  switch (item.kind) {
    case "reply": {
      const wasStreaming = old?.kind !== "reply" || old.streaming;
      return !item.streaming && wasStreaming && item.text.trim() !== "" ? item.text : undefined;
    }
    case "action": {
      const hasEnded = item.state === "done" || item.state === "failed" || item.state === "refused";
      const isNew = old?.kind !== "action" || old.state !== item.state;
      const isQuiet = item.action.preview.kind === "read" && item.state === "done";
      return hasEnded && isNew && !isQuiet ? `${item.action.title}: ${describeState(item)}` : undefined;
    }
    case "verify":
      return item.outcome && (old?.kind !== "verify" || old.outcome === undefined)
        ? `${describeRound(item)}: test ${item.outcome.replace("_", " ")}`
        : undefined;
    case "finished":
      return item.trouble ? `${item.trouble.message} ${item.trouble.remedy}` : item.text;
    default:
      return undefined;
  }
}
