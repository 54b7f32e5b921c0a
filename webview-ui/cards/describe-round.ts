import type { VerifyItem } from "../../src/core/task-view";

/** Which run of the test it was. Round 0 comes before the model is asked. */
export function describeRound({ round, rounds }: VerifyItem): string {
  return round === 0 ? "First run" : `Round ${round} of ${rounds}`;
}
