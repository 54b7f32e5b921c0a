import { useSend } from "../host";
import { Icon } from "../icon";

const approvalWords = {
  "ask-everything": "asks for everything",
  "ask-for-changes": "asks for changes",
  "trust-this-task": "trusts this task",
} as const;

/** What asks before it happens. */
export function ApprovalsChip({ approvals }: { approvals: keyof typeof approvalWords | undefined }) {
  const send = useSend();
  return approvals === undefined ? null : (
    <button
      type="button"
      class={`foot-chip approvals-chip approvals-${approvals}`}
      title={`Hearth ${approvalWords[approvals]}. Press to change it in the settings.`}
      aria-label={`Hearth ${approvalWords[approvals]}. Change it in the settings.`}
      onClick={() => send({ type: "settings_opened" })}
    >
      <Icon name={approvals === "trust-this-task" ? "unlock" : "lock"} />
      <span class="foot-words">{approvalWords[approvals]}</span>
    </button>
  );
}
