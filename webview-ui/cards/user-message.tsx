import type { UserItem } from "../../src/core/task-view";
import { Disclosure } from "../disclosure";
import { Icon } from "../icon";
import { useKept } from "../task/kept-state";
import { plural, readableSize } from "../text/measures";
import { SafeText } from "../text/safe-text";

const shownLines = 16;
const shownCharacters = 2_000;

export function UserMessage({ item }: { item: UserItem }) {
  const text = item.text.replace(/\r\n/g, "\n");
  if (item.by === "hearth") {
    return (
      <Disclosure name={`${item.key}:told`} label="Hearth told the model">
        {() => <Folded name={item.key} text={text} />}
      </Disclosure>
    );
  }
  return (
    <div class="user-message">
      <h2 class="unseen">You</h2>
      <Folded name={item.key} text={text} />
      {item.attachments.length > 0 && (
        <ul class="chips">
          {item.attachments.map((attachment, index) => (
            <li key={index} class="chip" title={readableSize(attachment.text.length)}>
              <Icon name="file-code" />
              <SafeText text={attachment.label} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Long text shows its beginning first. */
function Folded({ name, text }: { name: string; text: string }) {
  const [isWhole, setWhole] = useKept(`${name}:whole`, false);
  const lines = text.split("\n");
  const start = lines.slice(0, shownLines).join("\n").slice(0, shownCharacters);
  const isFolded = !isWhole && start.length < text.length;
  return (
    <>
      <div class="plain-text">
        <SafeText text={isFolded ? start : text} />
      </div>
      {isFolded && (
        <button type="button" class="show-more" onClick={() => setWhole(true)}>
          Show all {plural(lines.length, "line")} ({readableSize(text.length)})
        </button>
      )}
    </>
  );
}
