import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { FinishReason } from "../../src/core/events";
import { useSend } from "../host";
import { Icon } from "../icon";

/** Whether there is a model elsewhere that a task could be sent to. */
export const CanEscalateContext = createContext(false);

/** Ends that a stronger model might turn: the model gave up, not the user. */
const ownEnds = new Set<FinishReason>(["answered", "fixed", "nothing_to_fix", "stopped", "failed"]);

/** Offered when the loop gives up. It sends nothing: it shows what would be sent. */
export function EscalateButton({ reason }: { reason: FinishReason }) {
  const send = useSend();
  const canEscalate = useContext(CanEscalateContext);
  return !canEscalate || ownEnds.has(reason) ? null : (
    <button
      type="button"
      class="button"
      title="Choose a model elsewhere and see every byte before anything is sent"
      onClick={() => send({ type: "escalate_pressed" })}
    >
      <Icon name="cloud-upload" /> Ask a stronger model…
    </button>
  );
}
