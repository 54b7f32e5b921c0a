import type { ActionItem } from "../../src/core/task-view";
import { useSend } from "../host";
import { Icon } from "../icon";
import { SafeText } from "../text/safe-text";

/** What a command changed in files, what cannot be taken back, and the way back to before an action. */
export function LeftBehind({ item }: { item: ActionItem }) {
  const send = useSend();
  const { checkpoint, action } = item;
  if (!checkpoint) {
    return null;
  }
  const changed = checkpoint.files.map(({ path, change }) => `${path} (${change})`);
  return (
    <div class="left-behind">
      {action.effect.kind === "command" && changed.length > 0 && (
        <p class="quiet">
          Changed by this command: <SafeText text={shorten(changed)} />
        </p>
      )}
      {checkpoint.notes.map((note) => (
        <p class="quiet" key={note}>
          <SafeText text={note} />
        </p>
      ))}
      {checkpoint.files.length > 0 && (
        <button
          type="button"
          class="show-more"
          title="Go back to before this action: you see each file first"
          onClick={() => send({ type: "undo_pressed", actionId: action.id })}
        >
          <Icon name="discard" /> Undo from here
        </button>
      )}
    </div>
  );
}

function shorten(names: readonly string[]): string {
  return names.length <= 5 ? names.join(", ") : `${names.slice(0, 5).join(", ")} and ${names.length - 5} more`;
}
