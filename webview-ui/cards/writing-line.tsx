import { useContext } from "preact/hooks";
import type { ReplyItem } from "../../src/core/task-view";
import { Icon } from "../icon";
import { ModelStatusContext } from "../task/model-status";
import { readableSize } from "../text/measures";
import { SafeText } from "../text/safe-text";

/** What the model is doing right now: waiting for its first word, or writing the arguments of a call. */
export function WritingLine({ item }: { item: ReplyItem }) {
  const status = useContext(ModelStatusContext);
  return (
    <p class="writing">
      <Icon name="loading" spins />
      <span>
        {item.writing ? (
          <>
            Writing <SafeText text={item.writing.name || "a call"} /> · {readableSize(item.writing.characters)}
          </>
        ) : (
          (status ?? waitingFor(item))
        )}
      </span>
    </p>
  );
}

function waitingFor(item: ReplyItem): string {
  return item.text === "" && item.reasoning === "" ? "Waiting for the model" : "Replying";
}
