import type { ActionItem, ActionState } from "../../src/core/task-view";
import { Icon } from "../icon";
import { readableDuration } from "../text/measures";

const icons: Record<ActionState, string> = {
  proposed: "loading",
  waiting: "bell",
  running: "loading",
  done: "check",
  failed: "error",
  refused: "circle-slash",
  cancelled: "circle-slash",
};

/** The state of an action in a word, with a sign: colour is never the only cue. */
export function ActionStateLabel({ item }: { item: ActionItem }) {
  const isTurning = item.state === "proposed" || item.state === "running";
  return (
    <span class={`state state-${item.state}`}>
      <Icon name={icons[item.state]} spins={isTurning} />
      <span class="state-word">{describeState(item)}</span>
    </span>
  );
}

export function describeState(item: ActionItem): string {
  const took = item.durationMs === undefined ? "" : ` · ${readableDuration(item.durationMs)}`;
  switch (item.state) {
    case "proposed":
      return "Preparing";
    case "waiting":
      return "Asks you";
    case "running":
      return "Running";
    case "done":
      return doneWord(item) + (item.action.preview.kind === "command" ? took : "");
    case "failed":
      return failedWord(item) + (item.action.preview.kind === "command" ? took : "");
    case "refused":
      return item.answer ? "Rejected" : "Refused by rule";
    case "cancelled":
      return "Cancelled";
  }
}

function doneWord(item: ActionItem): string {
  const { preview } = item.action;
  if (preview.kind === "command") {
    return `Exit ${item.exitCode ?? 0}`;
  }
  if (preview.kind === "edit" && item.answer?.hunks) {
    const all = preview.files.reduce((sum, file) => sum + file.hunks.length, 0);
    return `Accepted ${item.answer.hunks.length} of ${all}`;
  }
  return { edit: item.answer ? "Accepted" : "Written", plan: "Approved", question: "Answered", read: "Read" }[
    preview.kind
  ];
}

function failedWord(item: ActionItem): string {
  return typeof item.exitCode === "number" ? `Exit ${item.exitCode}` : "Failed";
}
