import { useRef } from "preact/hooks";
import type { ActionItem } from "../../src/core/task-view";
import { GrowingInput } from "../growing-input";
import { useKept } from "../task/kept-state";
import { SafeText } from "../text/safe-text";
import { Card } from "./card";
import { useAnswer } from "./use-answer";
import { useArmed } from "./use-armed";

interface QuestionCardProps {
  item: ActionItem;
  nonce: string | undefined;
  question: string;
  options: readonly string[];
}

export function QuestionCard({ item, nonce, question, options }: QuestionCardProps) {
  return (
    <Card item={item} icon="question" title="Question for you">
      <p class="question">
        <SafeText text={question} />
      </p>
      {item.state === "waiting" ? (
        <Answers item={item} nonce={nonce} options={options} />
      ) : (
        item.answer?.allow && (
          <p class="card-remark">
            <SafeText text={item.answer.remark ?? "Yes"} />
          </p>
        )
      )}
    </Card>
  );
}

function Answers({ item, nonce, options }: Omit<QuestionCardProps, "question">) {
  const { id } = item.action;
  const [words, setWords] = useKept(`${id}:answer`, "");
  const place = useRef<HTMLDivElement>(null);
  const isReady = nonce !== undefined;
  const { isArmed, counts } = useArmed(place, isReady);
  const answer = useAnswer(id, nonce);
  return (
    <div class="ask" ref={place}>
      {options.length > 0 && (
        <div class="options">
          {options.map((option) => (
            <button
              key={option}
              type="button"
              class="button option"
              disabled={!isReady}
              aria-disabled={!isArmed}
              onClick={(event) => counts(event) && answer({ allow: true, remark: option })}
            >
              <SafeText text={option} />
            </button>
          ))}
        </div>
      )}
      <GrowingInput
        label="Your own answer"
        placeholder={options.length > 0 ? "Or answer in your own words" : "Your answer"}
        value={words}
        onChange={setWords}
        maxRows={8}
      />
      <div class="ask-buttons">
        <button
          type="button"
          class="button primary"
          disabled={!isReady || words.trim() === ""}
          aria-disabled={!isArmed}
          onClick={(event) => counts(event) && answer({ allow: true, remark: words.trim() })}
        >
          Answer
        </button>
        <button
          type="button"
          class="button"
          disabled={!isReady}
          onClick={(event) => event.isTrusted && answer({ allow: false, remark: words.trim() || undefined })}
        >
          Skip the question
        </button>
      </div>
    </div>
  );
}
