import type { Mode } from "../../src/core/events";

const modes: { mode: Mode; word: string; title: string }[] = [
  { mode: "plan", word: "Plan", title: "Hearth only reads and proposes a plan" },
  { mode: "act", word: "Act", title: "Hearth edits and runs, each time after you approve" },
];

export function ModeSwitch({ mode, onChange }: { mode: Mode; onChange: (mode: Mode) => void }) {
  return (
    <div class="mode-switch" role="radiogroup" aria-label="Mode">
      {modes.map((choice) => (
        <label key={choice.mode} title={choice.title} class={choice.mode === mode ? "chosen" : ""}>
          <input
            type="radio"
            name="mode"
            value={choice.mode}
            checked={choice.mode === mode}
            onChange={() => onChange(choice.mode)}
          />
          {choice.word}
        </label>
      ))}
    </div>
  );
}
