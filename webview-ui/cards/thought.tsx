import type { ReplyItem } from "../../src/core/task-view";
import { Disclosure } from "../disclosure";
import { Icon } from "../icon";
import { plural } from "../text/measures";
import { SafeText } from "../text/safe-text";

/** Reasoning, folded away behind how long it is. */
export function Thought({ item }: { item: ReplyItem }) {
  const isThinking = item.streaming && item.text === "" && item.writing === undefined;
  const words = countWords(item.reasoning);
  return (
    <Disclosure
      name={`${item.key}:thought`}
      label={
        <>
          {isThinking && <Icon name="loading" spins />} {isThinking ? "Thinking" : "Thought"} · {plural(words, "word")}
        </>
      }
    >
      {() => (
        <div class="thought">
          <SafeText text={item.reasoning.trim()} />
        </div>
      )}
    </Disclosure>
  );
}

/** Rounded to tens above a hundred: it is a hint, and it changes while text streams. */
function countWords(text: string): number {
  const words = Math.max(1, Math.round(text.length / 6));
  return words > 100 ? Math.round(words / 10) * 10 : words;
}
