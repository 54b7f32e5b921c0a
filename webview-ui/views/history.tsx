import { useState } from "preact/hooks";
import type { TaskSummary } from "../../src/protocol/panel";
import { useSend } from "../host";
import { Icon } from "../icon";
import { escapeText } from "../text/escape-text";
import { readableTime } from "../text/measures";
import { SafeText } from "../text/safe-text";

const states: Record<TaskSummary["state"], { icon: string; words: string }> = {
  working: { icon: "sync", words: "at work" },
  waiting: { icon: "bell", words: "waits for you" },
  interrupted: { icon: "debug-disconnect", words: "interrupted" },
  done: { icon: "check", words: "done" },
  failed: { icon: "error", words: "failed" },
  stopped: { icon: "debug-stop", words: "stopped" },
};

const shownAtOnce = 200;

interface HistoryProps {
  tasks: readonly TaskSummary[];
  current: string | undefined;
  onDelete: (taskId: string) => void;
}

export function History({ tasks, current, onDelete }: HistoryProps) {
  const [limit, setLimit] = useState(shownAtOnce);
  if (tasks.length === 0) {
    return <p class="history-empty">No tasks yet. What you send starts the first one.</p>;
  }
  return (
    <div class="history">
      <ul aria-label="Tasks">
        {tasks.slice(0, limit).map((task) => (
          <HistoryLine key={task.id} task={task} isCurrent={task.id === current} onDelete={onDelete} />
        ))}
      </ul>
      {tasks.length > limit && (
        <button type="button" class="show-more" onClick={() => setLimit(limit + shownAtOnce)}>
          Show more of {tasks.length} tasks
        </button>
      )}
    </div>
  );
}

interface HistoryLineProps extends Pick<HistoryProps, "onDelete"> {
  task: TaskSummary;
  isCurrent: boolean;
}

function HistoryLine({ task, isCurrent, onDelete }: HistoryLineProps) {
  const send = useSend();
  const [isSure, setSure] = useState(false);
  const state = states[task.state];
  return (
    <li class={isCurrent ? "history-line current" : "history-line"}>
      <button
        type="button"
        class="history-open"
        aria-current={isCurrent}
        onClick={() => send({ type: "task_opened", taskId: task.id })}
      >
        <span class="history-title">
          <SafeText text={task.title || "Untitled"} />
        </span>
        <span class="history-facts">
          <Icon name={state.icon} /> {state.words} · {readableTime(task.at, Date.now())}
        </span>
      </button>
      {isSure ? (
        <span class="history-sure">
          <button type="button" class="button" onClick={() => onDelete(task.id)}>
            Delete
          </button>
          <button type="button" class="button" onClick={() => setSure(false)}>
            Keep
          </button>
        </span>
      ) : (
        <button
          type="button"
          class="icon-button"
          title="Delete"
          aria-label={`Delete ${escapeText(task.title)}`}
          onClick={() => setSure(true)}
        >
          <Icon name="trash" />
        </button>
      )}
    </li>
  );
}
