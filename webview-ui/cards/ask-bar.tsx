import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import type { ActionItem } from "../../src/core/task-view";
import { GrowingInput } from "../growing-input";
import { Icon } from "../icon";
import { useKept } from "../task/kept-state";
import { SafeText } from "../text/safe-text";
import { useAnswer } from "./use-answer";
import { useArmed } from "./use-armed";

interface AskBarProps {
  item: ActionItem;
  nonce: string | undefined;
  allow: { label: string; icon: string };
  reject: string;
  /** Why the answer cannot be "yes" yet. */
  blocked?: string | undefined;
  hunks?: string[] | undefined;
  /** Further buttons, which decide nothing. */
  children?: ComponentChildren;
  /** Called before an answer leaves. */
  onAnswer?: () => void;
}

/** Why this asks, a remark that reaches the model with either answer, and the two answers. */
export function AskBar({ item, nonce, allow, reject, blocked, hunks, children, onAnswer }: AskBarProps) {
  const { id } = item.action;
  const [remark, setRemark] = useKept(`${id}:remark`, "");
  const button = useRef<HTMLButtonElement>(null);
  const isReady = nonce !== undefined && blocked === undefined;
  const { isArmed, counts } = useArmed(button, isReady);
  const answer = useAnswer(id, nonce);
  const give = (isAllowed: boolean) => {
    onAnswer?.();
    answer({ allow: isAllowed, remark: remark.trim() || undefined, hunks: isAllowed ? hunks : undefined });
  };
  return (
    <div class="ask">
      <Why item={item} />
      <GrowingInput
        label="Remark for the model, sent with either answer"
        placeholder="Remark (optional)"
        value={remark}
        onChange={setRemark}
        maxRows={6}
      />
      <div class="ask-buttons">
        <button
          ref={button}
          type="button"
          class="button primary"
          disabled={!isReady}
          aria-disabled={!isArmed}
          onClick={(event) => counts(event) && give(true)}
        >
          <Icon name={allow.icon} />
          {allow.label}
        </button>
        <button
          type="button"
          class="button"
          disabled={nonce === undefined}
          onClick={(event) => event.isTrusted && give(false)}
        >
          {reject}
        </button>
        {children}
      </div>
      {blocked !== undefined && (
        <p class="ask-blocked" role="status">
          {blocked}
        </p>
      )}
    </div>
  );
}

export function Why({ item }: { item: ActionItem }) {
  if (item.reason === undefined) {
    return null;
  }
  return (
    <p class="why">
      {item.state === "refused" ? "Refused: " : "Asks because: "}
      <SafeText text={item.reason} />{" "}
      <span class="rule" title="The rule that decided">
        <SafeText text={item.rule ?? ""} />
      </span>
    </p>
  );
}
