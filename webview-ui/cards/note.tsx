import type { NoteItem } from "../../src/core/fold";
import { useSend } from "../host";
import { Icon } from "../icon";
import { SafeText } from "../text/safe-text";

const icons: Record<NoteItem["tone"], string> = { quiet: "info", good: "pass", bad: "warning" };

export function Note({ item, canContinue }: { item: NoteItem; canContinue: boolean }) {
  const send = useSend();
  return (
    <p class={`note note-${item.tone}`}>
      <Icon name={icons[item.tone]} />
      <span>
        <SafeText text={item.text} />
      </span>
      {canContinue && (
        <button type="button" class="show-more" onClick={() => send({ type: "retry_pressed" })}>
          Continue
        </button>
      )}
    </p>
  );
}
