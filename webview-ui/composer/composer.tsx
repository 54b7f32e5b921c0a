import { useEffect, useRef } from "preact/hooks";
import type { EndpointView, Mode } from "../../src/core/events";
import type { TaskView } from "../../src/core/task-view";
import { GrowingInput } from "../growing-input";
import { useSend } from "../host";
import { Icon } from "../icon";
import { memo } from "../memo";
import type { PageState } from "../task/page-state";
import { readableSpeed } from "../text/measures";
import { Attachments } from "./attachments";
import { ContextMeter } from "./context-meter";
import { ModeSwitch } from "./mode-switch";
import { ModelChip } from "./model-chip";
import { Pending } from "./pending";
import { useDraft } from "./use-draft";

interface ComposerProps {
  surroundings: PageState["surroundings"];
  draft: PageState["draft"];
  returned: PageState["returned"];
  focusAsked: number;
  mode: Mode;
  endpoint: EndpointView | undefined;
  status: TaskView["status"];
  usage: TaskView["usage"];
  tokensPerSecond: number | undefined;
  hasTask: boolean;
  pending: readonly string[];
  onMode: (mode: Mode) => void;
  onSend: (text: string) => void;
}

export const Composer = memo(function Composer(props: ComposerProps) {
  const send = useSend();
  const input = useRef<HTMLTextAreaElement>(null);
  const { text, change, clear, history } = useDraft(props.draft, props.returned);
  const isBusy = props.status !== "idle" && props.status !== "paused";
  const hasText = text.trim() !== "";
  const canSend = hasText && props.endpoint !== undefined;
  useEffect(() => {
    if (props.focusAsked > 0) {
      input.current?.focus();
    }
  }, [props.focusAsked]);
  const submit = () => {
    if (canSend) {
      props.onSend(text);
      clear(text);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      event.stopPropagation();
      submit();
      return;
    }
    const element = input.current;
    const step = element && stepOf(event, element, text) === "older" ? history.older(text) : undefined;
    const next = step ?? (element && stepOf(event, element, text) === "newer" ? history.newer() : undefined);
    if (next !== undefined) {
      event.preventDefault();
      change(next);
    }
  };
  return (
    <div class="composer">
      <Pending texts={props.pending} />
      <div class="composer-box">
        <Attachments attachments={props.surroundings?.attachments ?? []} />
        <GrowingInput
          class="composer-input"
          label="Message to Hearth"
          placeholder={placeholderOf(props.hasTask, isBusy, props.mode)}
          value={text}
          maxRows={10}
          input={input}
          onChange={change}
          onKeyDown={onKeyDown}
        />
        <div class="composer-tools">
          <ModeSwitch mode={props.mode} onChange={props.onMode} />
          <span class="spacer" />
          <ContextMeter usage={props.usage} window={props.endpoint?.contextWindow} />
          {isBusy && (
            <button
              type="button"
              class="send stop"
              title="Stop"
              aria-label="Stop"
              onClick={() => send({ type: "stop_pressed" })}
            >
              <Icon name="debug-stop" />
            </button>
          )}
          {(!isBusy || hasText) && (
            <button
              type="button"
              class="send"
              title={isBusy ? "Send: the model reads it before its next turn (Enter)" : "Send (Enter)"}
              aria-label="Send"
              disabled={!canSend}
              onClick={submit}
            >
              <Icon name="send" />
            </button>
          )}
        </div>
      </div>
      <div class="composer-foot">
        <ModelChip
          endpoint={props.endpoint}
          isSearching={props.surroundings?.searching ?? false}
          here={props.surroundings?.here}
        />
        <Speed tokensPerSecond={props.tokensPerSecond} />
      </div>
    </div>
  );
});

function stepOf(event: KeyboardEvent, element: HTMLTextAreaElement, text: string): "older" | "newer" | undefined {
  if (
    event.shiftKey ||
    event.altKey ||
    event.ctrlKey ||
    event.metaKey ||
    element.selectionStart !== element.selectionEnd
  ) {
    return undefined;
  }
  if (event.key === "ArrowUp" && element.selectionStart === 0) {
    return "older";
  }
  return event.key === "ArrowDown" && element.selectionStart === text.length ? "newer" : undefined;
}

function placeholderOf(hasTask: boolean, isBusy: boolean, mode: Mode): string {
  if (isBusy) {
    return "Add something before the next turn";
  }
  if (hasTask) {
    return "Say what comes next";
  }
  return mode === "plan" ? "What shall Hearth plan?" : "What shall Hearth do?";
}

function Speed({ tokensPerSecond }: { tokensPerSecond: number | undefined }) {
  return tokensPerSecond === undefined ? null : (
    <span class="foot-figure" title="Tokens per second of the last reply">
      {readableSpeed(tokensPerSecond)} tok/s
    </span>
  );
}
