import type { ComponentChildren } from "preact";
import type { ActionItem } from "../../src/core/task-view";
import { Icon } from "../icon";
import { escapeText } from "../text/escape-text";
import { SafeText } from "../text/safe-text";
import { ActionStateLabel } from "./action-state";
import { LeftBehind } from "./left-behind";

interface CardProps {
  item: ActionItem;
  icon: string;
  title: ComponentChildren;
  /** Counts and the like, beside the title. */
  aside?: ComponentChildren;
  children: ComponentChildren;
}

/** The frame around one action: what it is, in which state, and below that what the card adds. */
export function Card({ item, icon, title, aside, children }: CardProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings form semantics that a card does not have
    <div class={`card card-${item.state}`} role="group" aria-label={labelOf(item)} data-action={item.action.id}>
      <div class="card-head">
        <Icon name={icon} />
        <span class="card-title">{title}</span>
        {aside}
        <ActionStateLabel item={item} />
      </div>
      {item.action.again !== undefined && item.state === "waiting" && (
        <p class="card-warning">
          <Icon name="warning" />{" "}
          <span>
            Asked again: <SafeText text={item.action.again} />
          </span>
        </p>
      )}
      {children}
      <Remark item={item} />
      <LeftBehind item={item} />
    </div>
  );
}

function Remark({ item }: { item: ActionItem }) {
  const isAnswerToQuestion = item.action.preview.kind === "question";
  if (!item.answer?.remark || isAnswerToQuestion) {
    return null;
  }
  return (
    <p class="card-remark">
      <Icon name="comment" /> <SafeText text={item.answer.remark} />
    </p>
  );
}

function labelOf(item: ActionItem): string {
  const title = escapeText(item.action.title);
  return item.state === "waiting" ? `Approval needed: ${title}` : title;
}
