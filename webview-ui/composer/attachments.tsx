import type { Attachment } from "../../src/protocol/panel";
import { useSend } from "../host";
import { Icon } from "../icon";
import { escapeText } from "../text/escape-text";
import { readableSize } from "../text/measures";
import { SafeText } from "../text/safe-text";

/** What goes with the next message. */
export function Attachments({ attachments }: { attachments: readonly Attachment[] }) {
  const send = useSend();
  return attachments.length === 0 ? null : (
    <ul class="chips" aria-label="Attached to the next message">
      {attachments.map((attachment, index) => (
        <li key={`${index}:${attachment.label}`} class="chip" title={readableSize(attachment.text.length)}>
          <Icon name="file-code" />
          <span class="chip-text">
            <SafeText text={attachment.label} />
          </span>
          <button
            type="button"
            class="icon-button"
            title="Remove"
            aria-label={`Remove ${escapeText(attachment.label)}`}
            onClick={() => send({ type: "attachment_removed", index })}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}
