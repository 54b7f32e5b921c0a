import type { Trouble } from "../../src/core/events";
import { SafeText } from "../text/safe-text";

/** What happened, and what to do. */
export function TroubleText({ trouble }: { trouble: Trouble }) {
  return (
    <div class="trouble-text">
      <p>
        <SafeText text={trouble.message} />
      </p>
      {trouble.remedy !== "" && (
        <p class="remedy">
          <SafeText text={trouble.remedy} />
        </p>
      )}
    </div>
  );
}
