import type { ActionItem } from "../../src/core/task-view";
import { Disclosure } from "../disclosure";
import { SafeText } from "../text/safe-text";

/** What the model was told as the result of its call; worth a look when something went wrong. */
export function Told({ item }: { item: ActionItem }) {
  const { result } = item;
  if (!result || item.state === "done") {
    return null;
  }
  return (
    <Disclosure name={`${item.action.id}:told`} label="What the model was told">
      {() => (
        <pre class="told">
          <SafeText text={result} />
        </pre>
      )}
    </Disclosure>
  );
}
