import { useSend } from "../host";
import { Icon } from "../icon";
import { memo } from "../memo";
import { escapeText } from "../text/escape-text";
import { SafeText } from "../text/safe-text";

interface HeaderProps {
  title: string;
  isHistory: boolean;
  onCloseHistory: () => void;
}

export const Header = memo(function Header({ title, isHistory, onCloseHistory }: HeaderProps) {
  const send = useSend();
  const startNew = () => {
    onCloseHistory();
    send({ type: "new_task_pressed" });
  };
  return (
    <header class="header">
      <h1 class="title" title={escapeText(title)}>
        <SafeText text={isHistory ? "Tasks" : title} />
      </h1>
      <button type="button" class="icon-button" title="New task" aria-label="New task" onClick={startNew}>
        <Icon name="add" />
      </button>
      <button
        type="button"
        class="icon-button"
        title={isHistory ? "Back to the task" : "History"}
        aria-label={isHistory ? "Back to the task" : "History"}
        aria-pressed={isHistory}
        onClick={() => (isHistory ? onCloseHistory() : send({ type: "history_opened" }))}
      >
        <Icon name={isHistory ? "close" : "history"} />
      </button>
    </header>
  );
});
