import { expect, test } from "vitest";
import type { Action } from "../../core/events";
import type { Answer, FileEdit } from "../../core/ports";
import type { Log } from "../log";
import { Approvals, type OpenApproval, type ProposalViewer } from "./approvals";

class RecordingViewer implements ProposalViewer {
  readonly seen: string[] = [];
  async show(action: Action): Promise<void> {
    this.seen.push(`show ${action.id}`);
  }
  async close(actionId: string): Promise<void> {
    this.seen.push(`close ${actionId}`);
  }
  complete(_: string, answer: Answer): Answer | undefined {
    return answer.hunks?.some((id) => id !== "h1") ? undefined : answer;
  }
}

class RecordingLog implements Log {
  readonly lines: string[] = [];
  info(message: string): void {
    this.lines.push(message);
  }
  warn(message: string): void {
    this.lines.push(message);
  }
  error(error: Error): void {
    this.lines.push(error.message);
  }
}

function editAction(id: string): Action {
  const hunk = { id: "h1", oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, lines: ["-a", "+b"] };
  return {
    id,
    callId: `call-${id}`,
    tool: "edit_file",
    title: "Edit a.js",
    effect: { kind: "edit", paths: ["a.js"] },
    preview: { kind: "edit", files: [{ path: "a.js", status: "modified", added: 1, removed: 1, hunks: [hunk] }] },
    hash: "0".repeat(64),
  };
}

const edits: FileEdit[] = [{ path: "a.js", base: "a", target: "b" }];
const never = () => new AbortController().signal;

function start() {
  const viewer = new RecordingViewer();
  const log = new RecordingLog();
  const approvals = new Approvals(viewer, log);
  const opened: OpenApproval[] = [];
  const closed: string[] = [];
  approvals.onDidOpen((approval) => opened.push(approval));
  approvals.onDidClose(({ actionId }) => closed.push(actionId));
  return { approvals, viewer, log, opened, closed };
}

test("an answer with the right nonce settles the asking, once", async () => {
  const { approvals, viewer, opened, closed } = start();
  const asked = approvals.ask(editAction("1"), edits, never());
  const nonce = opened[0]?.nonce ?? "";
  expect(approvals.open()).toEqual([{ actionId: "1", nonce }]);

  expect(approvals.answer("1", nonce, { allow: true, remark: "fine", hunks: ["h1"] })).toBe(true);

  expect(await asked).toEqual({ allow: true, remark: "fine", hunks: ["h1"] });
  expect(closed).toEqual(["1"]);
  expect(viewer.seen).toEqual(["show 1", "close 1"]);
  expect(approvals.open()).toEqual([]);
  expect(approvals.answer("1", nonce, { allow: true })).toBe(false);
});

test("S-C5: a thousand forged answers approve nothing and are logged", async () => {
  const { approvals, log, opened } = start();
  const asked = approvals.ask(editAction("1"), edits, never());
  for (let guess = 0; guess < 1_000; guess++) {
    expect(approvals.answer(guess % 2 ? "1" : `${guess}`, guess.toString(16).padStart(32, "0"), { allow: true })).toBe(
      false,
    );
  }
  expect(log.lines).toHaveLength(1_000);
  expect(approvals.open()).toHaveLength(1);
  approvals.answer("1", opened[0]?.nonce ?? "", { allow: false });
  expect((await asked).allow).toBe(false);
});

test("an answer that names parts which are gone does not count, and can be given again", async () => {
  const { approvals, opened } = start();
  const asked = approvals.ask(editAction("1"), edits, never());
  const nonce = opened[0]?.nonce ?? "";
  expect(approvals.answer("1", nonce, { allow: true, hunks: ["h2"] })).toBe(false);
  expect(opened).toEqual([
    { actionId: "1", nonce },
    { actionId: "1", nonce },
  ]);
  expect(approvals.answer("1", nonce, { allow: true, hunks: ["h1"] })).toBe(true);
  await asked;
});

test("S-C5: every asking has its own nonce, also for the same action", async () => {
  const { approvals, opened } = start();
  const first = approvals.ask(editAction("1"), edits, never());
  approvals.answerTrusted("1", { allow: false });
  await first;
  const second = approvals.ask(editAction("1"), edits, never());
  expect(opened[0]?.nonce).not.toBe(opened[1]?.nonce);
  expect(approvals.answer("1", opened[0]?.nonce ?? "", { allow: true })).toBe(false);
  approvals.answer("1", opened[1]?.nonce ?? "", { allow: false });
  await second;
});

test("an answer that names hunks of something else does not count", async () => {
  const { approvals, opened } = start();
  const asked = approvals.ask(editAction("1"), edits, never());
  expect(approvals.answer("1", opened[0]?.nonce ?? "", { allow: true, hunks: ["h1", "h9"] })).toBe(false);
  expect(approvals.answerTrusted("1", { allow: true, hunks: ["h9"] })).toBe(false);
  approvals.answer("1", opened[0]?.nonce ?? "", { allow: true, hunks: [] });
  expect((await asked).hunks).toEqual([]);
});

test("stopping the task closes what was asked and ends the wait", async () => {
  const { approvals, viewer, closed } = start();
  const stop = new AbortController();
  const asked = approvals.ask(editAction("1"), edits, stop.signal);
  stop.abort(new Error("stopped"));
  await expect(asked).rejects.toThrow("stopped");
  expect(closed).toEqual(["1"]);
  expect(viewer.seen).toEqual(["show 1", "close 1"]);
  expect(approvals.answerTrusted("1", { allow: true })).toBe(false);
});

test("a task that is already stopped asks nothing", async () => {
  const { approvals, opened } = start();
  await expect(approvals.ask(editAction("1"), edits, AbortSignal.abort(new Error("stopped")))).rejects.toThrow(
    "stopped",
  );
  expect(opened).toEqual([]);
});

test("an action without edits opens no proposal", async () => {
  const { approvals, viewer } = start();
  const asked = approvals.ask(editAction("1"), [], never());
  approvals.answerTrusted("1", { allow: true });
  await asked;
  expect(viewer.seen).toEqual(["close 1"]);
});

test("a proposal that cannot be shown is logged, and the asking stands", async () => {
  const { approvals, log, viewer } = start();
  viewer.show = async () => {
    throw new Error("no editor");
  };
  const asked = approvals.ask(editAction("1"), edits, never());
  await Promise.resolve();
  await Promise.resolve();
  expect(log.lines).toEqual(["no editor"]);
  approvals.answerTrusted("1", { allow: true });
  expect((await asked).allow).toBe(true);
});
