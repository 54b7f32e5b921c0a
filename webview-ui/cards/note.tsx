import type { NoteItem } from "../../src/core/fold";
import { Icon } from "../icon";
import { SafeText } from "../text/safe-text";

const icons: Record<NoteItem["tone"], string> = { quiet: "info", good: "pass", bad: "warning" };

export function Note({ item }: { item: NoteItem }) {
  return (
    <p class={`note note-${item.tone}`}>
      <Icon name={icons[item.tone]} />
      <span>
        <SafeText text={item.text} />
      </span>
    </p>
  );
}
