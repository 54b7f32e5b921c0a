import { useEffect, useRef, useState } from "preact/hooks";
import type { Plan, Step } from "../../src/core/plan/plan";
import { GrowingInput } from "../growing-input";
import { Icon } from "../icon";
import { addStep, changeStep, moveStep, parseFiles, removeStep } from "./edit-plan";

interface PlanEditorProps {
  plan: Plan;
  onChange: (plan: Plan) => void;
}

/** A plan to change: every field is a text field, every move also a key (Alt+Up, Alt+Down). */
export function PlanEditor({ plan, onChange }: PlanEditorProps) {
  const list = useRef<HTMLOListElement>(null);
  const focusNext = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (focusNext.current !== undefined) {
      list.current?.querySelector<HTMLElement>(focusNext.current)?.focus();
      focusNext.current = undefined;
    }
  });
  const add = () => {
    const added = addStep(plan);
    focusNext.current = `[data-step="${added.id}"] textarea`;
    onChange(added.plan);
  };
  const remove = (index: number, id: string) => {
    const neighbour = plan.steps[index + 1] ?? plan.steps[index - 1];
    focusNext.current = neighbour && `[data-step="${CSS.escape(neighbour.id)}"] textarea`;
    onChange(removeStep(plan, id));
  };
  return (
    <div class="plan-editor">
      <ol class="plan-steps" ref={list}>
        {plan.steps.map((step, index) => (
          <StepEditor
            key={step.id}
            step={step}
            number={index + 1}
            isFirst={index === 0}
            isLast={index === plan.steps.length - 1}
            onChange={(change) => onChange(changeStep(plan, step.id, change))}
            onMove={(by) => {
              focusNext.current = `[data-step="${CSS.escape(step.id)}"] textarea`;
              onChange(moveStep(plan, step.id, by));
            }}
            onRemove={() => remove(index, step.id)}
          />
        ))}
      </ol>
      <button type="button" class="show-more" onClick={add}>
        <Icon name="add" /> Add a step
      </button>
    </div>
  );
}

interface StepEditorProps {
  step: Step;
  number: number;
  isFirst: boolean;
  isLast: boolean;
  onChange: (change: Partial<Omit<Step, "id">>) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

function StepEditor({ step, number, isFirst, isLast, onChange, onMove, onRemove }: StepEditorProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : undefined;
    if (event.altKey && by !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      onMove(by);
    }
  };
  return (
    <li class="step editable" data-step={step.id} onKeyDown={onKeyDown}>
      <span class="step-number" aria-hidden="true">
        {number}
      </span>
      <div class="step-body">
        <GrowingInput
          class="bare-input step-title-input"
          label={`Step ${number}`}
          placeholder="What to do"
          value={step.title}
          maxRows={6}
          onChange={(title) => onChange({ title: title.replace(/\s*\n\s*/g, " ") })}
        />
        <StepField
          label="Files"
          step={number}
          value={step.files.join(", ")}
          onChange={(text) => onChange({ files: parseFiles(text) })}
        />
        <StepField label="Check" step={number} value={step.check} onChange={(check) => onChange({ check })} />
      </div>
      <div class="step-tools">
        <ToolButton icon="arrow-up" label={`Move step ${number} up`} isOff={isFirst} onPress={() => onMove(-1)} />
        <ToolButton icon="arrow-down" label={`Move step ${number} down`} isOff={isLast} onPress={() => onMove(1)} />
        <ToolButton icon="trash" label={`Delete step ${number}`} onPress={onRemove} />
      </div>
    </li>
  );
}

interface StepFieldProps {
  label: string;
  step: number;
  value: string;
  onChange: (text: string) => void;
}

/** Shows what is typed just as it is until the user leaves it, so that a comma can be typed; the plan has it at once. */
function StepField({ label, step, value, onChange }: StepFieldProps) {
  const [typed, setTyped] = useState<string | undefined>(undefined);
  return (
    <label class="step-field">
      <span>{label}</span>
      <input
        type="text"
        class="bare-input"
        aria-label={`${label} of step ${step}`}
        placeholder="none"
        value={typed ?? value}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          onChange(event.currentTarget.value);
        }}
        onBlur={() => setTyped(undefined)}
      />
    </label>
  );
}

interface ToolButtonProps {
  icon: string;
  label: string;
  isOff?: boolean;
  onPress: () => void;
}

function ToolButton({ icon, label, isOff = false, onPress }: ToolButtonProps) {
  return (
    <button type="button" class="icon-button" title={label} aria-label={label} disabled={isOff} onClick={onPress}>
      <Icon name={icon} />
    </button>
  );
}
