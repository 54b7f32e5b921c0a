import { useSend } from "../host";
import { Icon } from "../icon";
import { memo } from "../memo";
import { escapeText } from "../text/escape-text";
import { SafeText } from "../text/safe-text";

/** What is shown below: the task, by its title. New task and history stand in the view's own title bar. */
export const TaskTitle = memo(function TaskTitle({ title }: { title: string }) {
  return (
    <header class="header">
      <h1 class="title" title={escapeText(title)}>
        <SafeText text={title} />
      </h1>
    </header>
  );
});

export const HistoryTitle = memo(function HistoryTitle({ onClose }: { onClose: () => void }) {
  const send = useSend();
  const startNew = () => {
    onClose();
    send({ type: "new_task_pressed" });
  };
  return (
    <header class="header">
      <h1 class="title">Tasks</h1>
      <button type="button" class="icon-button" title="New task" aria-label="New task" onClick={startNew}>
        <Icon name="add" />
      </button>
      <button type="button" class="icon-button" title="Close the list" aria-label="Close the list" onClick={onClose}>
        <Icon name="close" />
      </button>
    </header>
  );
});
