import fc from "fast-check";
import { expect, test } from "vitest";
import { AgentError, bugTrouble } from "../../core/errors";
import { FromPanel } from "../../protocol/panel";
import type { Log } from "../log";
import type { PanelDesk } from "./desk";
import { readMessage, serve } from "./serve";

class RecordingLog implements Log {
  readonly warnings: string[] = [];
  readonly errors: Error[] = [];
  info(): void {
    this.warnings.push("info");
  }
  warn(message: string): void {
    this.warnings.push(message);
  }
  error(error: Error): void {
    this.errors.push(error);
  }
}

/** Notes every call; `fails` is thrown by all of them. */
function recordingDesk(fails?: Error) {
  const calls: unknown[][] = [];
  const desk = new Proxy({} as PanelDesk, {
    get:
      (_, name) =>
      async (...args: unknown[]) => {
        calls.push([name, ...args]);
        if (fails) {
          throw fails;
        }
        return name === "listTasks" ? [] : undefined;
      },
  });
  return { desk, calls };
}

test("S-E3: ten thousand messages of no known form are dropped and logged, and none throws", () => {
  const log = new RecordingLog();
  const types = FromPanel.options.map((option) => option.shape.type.value);
  const shaped = fc.record({
    type: fc.constantFrom(...types),
    nonce: fc.anything(),
    url: fc.anything(),
    text: fc.anything(),
  });
  let read = 0;
  fc.assert(
    fc.property(fc.oneof(fc.anything(), shaped), (raw) => {
      const message = readMessage(raw, log);
      read++;
      if (message) {
        expect(FromPanel.safeParse(message).success).toBe(true);
      }
    }),
    { numRuns: 10_000 },
  );
  expect(read).toBe(10_000);
  expect(log.warnings.length).toBeGreaterThan(5_000);
});

test("an answer goes to the desk with its nonce and without an empty remark", async () => {
  const { desk, calls } = recordingDesk();
  const answered = { type: "action_answered", actionId: "1", nonce: "n", allow: true, remark: "  " } as const;
  expect(await serve(answered, desk, new RecordingLog())).toBeUndefined();
  expect(calls).toEqual([["answerAction", "1", "n", { allow: true, remark: undefined, hunks: undefined }]]);
});

test("every message of the page reaches a member of the desk", async () => {
  const samples: FromPanel[] = [
    { type: "task_sent", text: "x" },
    { type: "new_task_pressed" },
    { type: "stop_pressed" },
    { type: "retry_pressed" },
    { type: "mode_set", mode: "plan" },
    { type: "action_answered", actionId: "1", nonce: "n", allow: false },
    { type: "plan_edited", plan: { steps: [] } },
    { type: "diff_opened", actionId: "1", path: "a" },
    { type: "file_opened", path: "a", line: 3 },
    { type: "history_opened" },
    { type: "task_opened", taskId: "t" },
    { type: "task_deleted", taskId: "t" },
    { type: "model_picker_opened" },
    { type: "practice_chosen" },
    { type: "servers_searched" },
    { type: "window_fix_pressed" },
    { type: "advice_dismissed" },
    { type: "settings_opened" },
    { type: "link_pressed", url: "https://example.org" },
    { type: "draft_changed", text: "x" },
    { type: "attachment_removed", index: 0 },
    { type: "escalate_pressed" },
    { type: "grant_end_pressed", grantId: "g" },
    { type: "ledger_pressed" },
    { type: "catalogue_pressed" },
    { type: "undo_pressed", actionId: "a1" },
    { type: "redo_pressed", checkpointId: "c1" },
    { type: "squash_pressed" },
    { type: "hunks_ticked", actionId: "a1", hunks: ["a.js#h1"], taken: false },
  ];
  expect(new Set([...samples.map((sample) => sample.type), "panel_opened"])).toEqual(
    new Set(FromPanel.options.map((option) => option.shape.type.value)),
  );
  const { desk, calls } = recordingDesk();
  for (const sample of samples) {
    if (sample.type !== "panel_opened") {
      await serve(sample, desk, new RecordingLog());
    }
  }
  expect(new Set(calls.map(([name]) => name)).size).toBe(samples.length);
});

test("a request that cannot be done is answered with what to do", async () => {
  const log = new RecordingLog();
  const { desk } = recordingDesk(new AgentError("no_model", "There is no model.", "Start a server."));
  expect(await serve({ type: "task_sent", text: "x" }, desk, log)).toEqual({
    type: "request_failed",
    trouble: { code: "no_model", message: "There is no model.", remedy: "Start a server." },
    unsent: "x",
  });
  expect(log.errors).toEqual([]);
});

test("a failure of ours is shown as ours and logged with its stack", async () => {
  const log = new RecordingLog();
  const { desk } = recordingDesk(new TypeError("x is undefined"));
  expect(await serve({ type: "stop_pressed" }, desk, log)).toMatchObject({ trouble: bugTrouble() });
  expect(log.errors.map((error) => error.message)).toEqual(["x is undefined"]);
});
