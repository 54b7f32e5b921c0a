import type { VerifyItem } from "../../src/core/task-view";
import { Disclosure } from "../disclosure";
import { Icon } from "../icon";
import { readableDuration } from "../text/measures";
import { SafeText } from "../text/safe-text";
import { stripTerminal } from "../text/strip-terminal";
import { describeRound } from "./describe-round";

const words = {
  passed: { icon: "pass", text: "test passed" },
  failed: { icon: "error", text: "test failed" },
  missing: { icon: "question", text: "the report does not name the test, so nothing is proved" },
  timed_out: { icon: "watch", text: "test ran out of time" },
  not_run: { icon: "circle-slash", text: "test was not run" },
} as const;

/** "First run: test failed", "Round 1 of 5: test passed", with the report behind it. */
export function VerifyLine({ item }: { item: VerifyItem }) {
  const outcome = item.outcome && words[item.outcome];
  const took = item.durationMs === undefined ? "" : ` · ${readableDuration(item.durationMs)}`;
  return (
    <div class={`verify verify-${item.outcome ?? "running"}`}>
      <p class="verify-line">
        <Icon name={outcome?.icon ?? "loading"} spins={outcome === undefined} />
        <span>
          {describeRound(item)}: {outcome?.text ?? "running the test"}
          <span class="quiet">{took}</span>
        </span>
      </p>
      <p class="quiet verify-test">
        <SafeText text={item.test} />
      </p>
      {item.text.trim() !== "" && (
        <Disclosure name={`${item.key}:report`} label="Report">
          {() => (
            <pre class="output">
              <SafeText text={stripTerminal(item.text).trim()} />
            </pre>
          )}
        </Disclosure>
      )}
    </div>
  );
}
