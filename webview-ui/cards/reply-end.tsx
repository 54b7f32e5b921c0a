import type { ReplyItem } from "../../src/core/task-view";
import { CopyButton } from "../copy-button";
import { useSend } from "../host";
import { Icon } from "../icon";
import { escapeText } from "../text/escape-text";
import { readableDuration, readableSpeed, readableTokens } from "../text/measures";
import { TroubleText } from "./trouble-text";

interface ReplyEndProps {
  item: ReplyItem;
  hidesTrouble: boolean;
  canRetry: boolean;
}

/** Below a reply: what it cost, and what went wrong. */
export function ReplyEnd({ item, hidesTrouble, canRetry }: ReplyEndProps) {
  const send = useSend();
  return (
    <div class="reply-end">
      {item.trouble && goesOn(item) && (
        <div class="note note-quiet">
          <Icon name="info" />
          <TroubleText trouble={item.trouble} />
        </div>
      )}
      {item.trouble && !goesOn(item) && !hidesTrouble && (
        <div class="banner banner-bad">
          <Icon name="error" />
          <TroubleText trouble={item.trouble} />
          {canRetry && (
            <button type="button" class="button" onClick={() => send({ type: "retry_pressed" })}>
              Retry
            </button>
          )}
        </div>
      )}
      <p class="usage">
        <span title={describeTime(item)}>{[endedEarly(item), ...describeUsage(item)].filter(Boolean).join(" · ")}</span>
        {canRetry && item.stop === "aborted" && (
          <button type="button" class="show-more" onClick={() => send({ type: "retry_pressed" })}>
            Continue
          </button>
        )}
        {item.text.trim() !== "" && <CopyButton what="reply" text={escapeText(item.text)} />}
      </p>
    </div>
  );
}

/** The trouble is worth knowing and ends nothing. */
function goesOn({ stop, trouble }: ReplyItem): boolean {
  return stop === "stop" || trouble?.code === "repeats";
}

function endedEarly(item: ReplyItem): string | undefined {
  if (item.stop === "aborted" || item.trouble?.code === "repeats") {
    return "Stopped";
  }
  return item.stop === "length" ? "Cut off: the model's output limit was reached" : undefined;
}

function describeTime({ timings }: ReplyItem): string | undefined {
  if (timings === undefined) {
    return undefined;
  }
  const first =
    timings.firstTokenMs === undefined ? "" : `, the first word after ${readableDuration(timings.firstTokenMs)}`;
  return `${readableDuration(timings.totalMs)} in all${first}`;
}

function describeUsage({ usage, timings }: ReplyItem): string[] {
  const parts: string[] = [];
  if (usage) {
    parts.push(`${readableTokens(usage.completionTokens)} tokens`);
  }
  if (timings?.tokensPerSecond) {
    parts.push(`${readableSpeed(timings.tokensPerSecond)} tok/s`);
  }
  if (usage?.cachedTokens) {
    parts.push(`${readableTokens(usage.cachedTokens)} cached`);
  }
  return parts;
}
