import type { Plan } from "../../src/core/plan/plan";
import type { ActionItem } from "../../src/core/task-view";
import { memo } from "../memo";
import { CommandCard } from "./command-card";
import { EditCard } from "./edit-card";
import { PlanCard } from "./plan-card";
import { QuestionCard } from "./question-card";
import { ReadCard } from "./read-card";

export interface ActionCardProps {
  item: ActionItem;
  nonce: string | undefined;
  plan: Plan | undefined;
}

export const ActionCard = memo(function ActionCard({ item, nonce, plan }: ActionCardProps) {
  const { preview } = item.action;
  switch (preview.kind) {
    case "read":
      return <ReadCard item={item} nonce={nonce} paths={preview.paths} />;
    case "edit":
      return <EditCard item={item} nonce={nonce} files={preview.files} />;
    case "command":
      return <CommandCard item={item} nonce={nonce} preview={preview} />;
    case "plan":
      return <PlanCard item={item} nonce={nonce} plan={plan ?? preview.plan} />;
    case "question":
      return <QuestionCard item={item} nonce={nonce} question={preview.question} options={preview.options} />;
  }
});
