import type { FoundTest } from "./found-test";
import type { Verdict } from "./judge-run";

export function nameOfTest(test: FoundTest): string {
  return test.path.join(" > ");
}

/** What the model is asked to do, with the failure that it is to remove. `file` is relative to the workspace. */
export function goalMessage(test: FoundTest, file: string, verdict: Verdict): string {
  const what = test.kind === "suite" ? "suite" : "test";
  return joined([
    `Fix the ${what} "${nameOfTest(test)}" in ${file}, line ${test.line}. ${verdict.summary}`,
    verdict.detail,
    "Find the cause and fix it in the code that is tested. Leave the test as it is, unless it is plainly wrong; then say so. The test is run again after your edits, so you need not run it.",
  ]);
}

export function againMessage(verdict: Verdict, round: { number: number; of: number; same: boolean }): string {
  const left = round.of - round.number;
  return joined([
    `The test was run again after your edits. ${verdict.summary}${round.same ? " It is the same failure as before." : ""}`,
    verdict.detail,
    round.same
      ? "Your last change did not help. Look for another cause before the next edit."
      : `Go on. ${left === 1 ? "One try is left." : `${left} tries are left.`}`,
  ]);
}

export const nothingChangedMessage =
  "No file was changed, so the test still fails. Make the edit that fixes it, or say in a sentence why it cannot be fixed.";

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}
