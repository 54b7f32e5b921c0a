import { Icon } from "../icon";
import { SafeText } from "../text/safe-text";

/** What the user said while the model was at work: the model reads it before its next turn. */
export function Pending({ texts }: { texts: readonly string[] }) {
  return texts.length === 0 ? null : (
    <ul class="pending" aria-label="Said before the next turn">
      {texts.map((text, index) => (
        <li key={index} title="The model reads this before its next turn">
          <Icon name="clock" />
          <span class="pending-text">
            <SafeText text={text.slice(0, 200)} />
          </span>
        </li>
      ))}
    </ul>
  );
}
