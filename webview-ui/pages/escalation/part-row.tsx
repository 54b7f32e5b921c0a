import { useState } from "preact/hooks";
import { readableBytes } from "../../../src/core/text/sizes";
import type { EscalationPart } from "../../../src/protocol/pages";
import { Icon } from "../../icon";
import { escapeText } from "../../text/escape-text";
import { plural } from "../../text/measures";
import { SafeText } from "../../text/safe-text";
import { usePageSend } from "../page-host";
import { MarkedText } from "./marked-text";

const speakers: Record<EscalationPart["from"], { icon: string; words: string }> = {
  hearth: { icon: "flame", words: "Hearth" },
  user: { icon: "account", words: "You" },
  model: { icon: "sparkle", words: "Model" },
  tool: { icon: "tools", words: "Tool" },
};

/** One part of what would be sent: in or out, what it is, and every byte of it on request. */
export function PartRow({ part }: { part: EscalationPart }) {
  const send = usePageSend();
  const [isOpen, setOpen] = useState(false);
  const speaker = speakers[part.from];
  const isOurs = part.index < 0;
  const title = escapeText(part.title || "(nothing)");
  return (
    <li class={part.included ? "part" : "part part-out"}>
      <div class="part-head">
        <input
          type="checkbox"
          class="tick"
          checked={part.included}
          disabled={isOurs}
          aria-label={isOurs ? `${title}: always sent` : `Send: ${title}`}
          title={isOurs ? "This is the same for every task and is always sent" : "Untick to leave this out"}
          onChange={(event) => send({ type: "part_set", index: part.index, included: event.currentTarget.checked })}
        />
        <button type="button" class="part-open" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Icon name={isOpen ? "chevron-down" : "chevron-right"} />
          <span class="part-from">
            <Icon name={speaker.icon} /> {speaker.words}
          </span>
          <span class="part-title">
            <SafeText text={part.title || "(nothing)"} />
          </span>
        </button>
        <span class="part-facts">
          {part.redactions > 0 && (
            <span class="taken-out-count">
              <Icon name="shield" /> {plural(part.redactions, "secret")} taken out
            </span>
          )}
          <span class="part-bytes">{part.included ? readableBytes(part.bytes) : "left out"}</span>
        </span>
      </div>
      {part.files.length > 0 && (
        <ul class="part-files" aria-label="Files in this part">
          {part.files.map((file) => (
            <li key={file.path} class="chip">
              <Icon name="file" /> <SafeText text={file.path} />
              <span class="quiet-words">{readableBytes(file.bytes)}</span>
            </li>
          ))}
        </ul>
      )}
      {part.heldBack !== undefined && !part.included && (
        <p class="held-back">
          <Icon name="lock" /> <SafeText text={part.heldBack} /> It is left out unless you tick it.
        </p>
      )}
      {isOpen &&
        part.texts.map((text, index) => (
          <div key={index} class="part-text">
            {text.label !== "" && <p class="quiet-words">{text.label}</p>}
            <MarkedText text={text.text} marks={text.marks} />
          </div>
        ))}
    </li>
  );
}
