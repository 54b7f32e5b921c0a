import type { Plan } from "../../src/core/plan/plan";
import { ActionCard } from "../cards/action-card";
import { FinishedBanner } from "../cards/finished-banner";
import { Note } from "../cards/note";
import { ReadLines } from "../cards/read-lines";
import { ReplyEnd } from "../cards/reply-end";
import { Thought } from "../cards/thought";
import { UserMessage } from "../cards/user-message";
import { VerifyLine } from "../cards/verify-line";
import { WritingLine } from "../cards/writing-line";
import { Blocks } from "../markdown/blocks";
import { memo } from "../memo";
import type { Row } from "./rows";

export interface RowViewProps {
  row: Row;
  /** Of the open approval, when this row asks for one. */
  nonce: string | undefined;
  /** The plan as it is being discussed, when this row asks for its approval. */
  plan: Plan | undefined;
  isLast: boolean;
  /** The user's turn: nothing is running. */
  isIdle: boolean;
  /** The work stands still without having ended. */
  isPaused: boolean;
}

export const RowView = memo(function RowView({ row, nonce, plan, isLast, isIdle, isPaused }: RowViewProps) {
  switch (row.kind) {
    case "user":
      return <UserMessage item={row.item} />;
    case "thought":
      return <Thought item={row.item} />;
    case "prose":
      return <Blocks blocks={row.blocks} />;
    case "writing":
      return <WritingLine item={row.item} />;
    case "reply_end":
      return <ReplyEnd item={row.item} hidesTrouble={row.isRepeated} canRetry={isLast && isIdle} />;
    case "reads":
      return <ReadLines items={row.items} />;
    case "action":
      return <ActionCard item={row.item} nonce={nonce} plan={plan} />;
    case "note":
      return <Note item={row.item} canContinue={isLast && isPaused} isIdle={isIdle} />;
    case "verify":
      return <VerifyLine item={row.item} />;
    case "finished":
      return <FinishedBanner item={row.item} canRetry={isLast && isIdle} />;
  }
});
