import type { Action } from "../events";
import { sha256 } from "../hash";

/** The call id under which the harness itself asks to run a test; no model can use it. */
export const testRunCallId = "hearth:test";

/** The harness's own question: may this exact command run the test of this task? */
export async function makeTestRunAction(id: string, command: string, cwd: string, timeoutMs: number): Promise<Action> {
  return {
    id,
    callId: testRunCallId,
    tool: "run_test",
    title: "Run the test",
    effect: { kind: "command", command, cwd },
    preview: { kind: "command", command, cwd, timeoutMs },
    hash: await sha256(JSON.stringify(["run_test", command, cwd, timeoutMs])),
  };
}
