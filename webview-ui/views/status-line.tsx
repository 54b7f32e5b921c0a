import { useContext } from "preact/hooks";
import type { TaskView } from "../../src/core/task-view";
import { Icon } from "../icon";
import { ModelStatusContext } from "../task/model-status";

/** What the server does while no reply is being written that could show it: it loads the model, or sums up. */
export function StatusLine({ task }: { task: TaskView }) {
  const status = useContext(ModelStatusContext);
  const last = task.items.at(-1);
  const isShown = last?.kind === "reply" && last.streaming;
  return status === undefined || isShown ? null : (
    <p class="writing status-line">
      <Icon name="loading" spins />
      <span>{status}</span>
    </p>
  );
}
