import assert from "node:assert/strict";
import { chmod, rm, stat } from "node:fs/promises";
import * as vscode from "vscode";
import type { Files } from "../../src/core/ports";
import { FileReview } from "../../src/core/review/file-review";
import { Task } from "../../src/core/task";
import { Approvals } from "../../src/editor/review/approvals";
import { PendingReview } from "../../src/editor/review/pending-review";
import { ProposalDocuments } from "../../src/editor/review/proposal-documents";
import { fakes, portsOf } from "../fakes/ports";
import { calls, fakeEndpoint, ScriptedModel, says } from "../fakes/scripted-model";
import { editorFiles, inScratch, type ScratchFolder, until } from "./scratch-files";
import { test } from "./suite";

const rounds = 30;
const base = Array.from({ length: 40 }, (_, index) => `line ${index}\n`).join("");

/** A task over the real editor, whose one call changes three lines. */
async function proposing(folder: ScratchFolder, approvals: Approvals, round: number) {
  const edits = [5, 18, 31].map((line) => ({ old_text: `line ${line}\n`, new_text: `agent ${round}.${line}\n` }));
  const given = fakes({
    model: new ScriptedModel([calls(["edit_file", { path: folder.path("a.txt"), edits }]), says("ok")]),
  });
  const ports = { ...portsOf(given), files: editorFiles(), approver: approvals };
  const task = new Task(`t${round}`, { ...ports, newId: () => `r${round}-${Math.random()}` }, []);
  await task.begin({ mode: "act", title: "Race", endpoint: fakeEndpoint });
  const ended = task.say({ text: "Go", attachments: [], by: "user" });
  await until(() => approvals.open().length === 1, "the proposal stands");
  return { task, ended };
}

async function withApprovals(body: (folder: ScratchFolder, approvals: Approvals) => Promise<void>): Promise<void> {
  await inScratch(async (folder) => {
    const files = editorFiles();
    const log = { info: () => undefined, warn: () => undefined, error: (error: Error) => assert.fail(error.stack) };
    const proposals = new ProposalDocuments((path) => files.locate(path), log);
    const approvals = new Approvals(proposals, log);
    try {
      await body(folder, approvals);
      const isDiff = ({ input }: vscode.Tab) => input instanceof vscode.TabInputTextDiff;
      await until(() => !vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(isDiff)), "every diff is closed");
    } finally {
      approvals.dispose();
      proposals.dispose();
    }
  });
}

test(
  `R-13: in ${rounds} proposals with typing before, while and after they are answered, no typed text is lost`,
  () =>
    withApprovals(async (folder, approvals) => {
      await folder.put("a.txt", base);
      const editor = await folder.open("a.txt");
      const { document } = editor;
      let writtenWhole = 0;
      for (let round = 0; round < rounds; round++) {
        const all = new vscode.Range(0, 0, document.lineCount, 0);
        await editor.edit((edit) => edit.replace(all, base));
        await document.save();
        const { task, ended } = await proposing(folder, approvals, round);
        const marks: string[] = [];
        const type = async (line: number) => {
          const mark = `«${round}.${marks.length}»`;
          // The editor refuses a letter when it is at another change; the user types it again.
          while (!(await editor.edit((edit) => edit.insert(new vscode.Position(line, 0), mark)))) {
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
          marks.push(mark);
        };
        await type((round * 7) % 40);
        await type((round * 11) % 40);
        const pause = (round % 4) * 30;
        await new Promise((resolve) => setTimeout(resolve, pause));
        const [open] = approvals.open();
        const typing = type((round * 13) % 40);
        if (open) {
          approvals.answerTrusted(open.actionId, { allow: true });
        }
        await typing;
        await until(() => !task.running || approvals.open().length > 0, "it is written, or asked again");
        for (const again of approvals.open()) {
          approvals.answerTrusted(again.actionId, { allow: false });
        }
        await ended;
        const now = document.getText();
        for (const mark of marks) {
          assert.ok(now.includes(mark), `${mark} in round ${round}: ${now}`);
        }
        const plain = now.replaceAll(/«[^»]*»/g, "").split("\n");
        assert.equal(plain.length, 41, `no line came or went in round ${round}`);
        for (const [index, line] of plain.slice(0, 40).entries()) {
          assert.ok([`line ${index}`, `agent ${round}.${index}`].includes(line), `line ${index}: ${line}`);
        }
        writtenWhole += [5, 18, 31].every((line) => now.includes(`agent ${round}.${line}`)) ? 1 : 0;
      }
      assert.ok(writtenWhole > 0, "some proposals were written whole");
    }),
  240_000,
);

/** The review after writing, over the real editor. */
async function withReview(
  body: (given: {
    folder: ScratchFolder;
    review: PendingReview;
    unasked: Files;
    kept: Map<string, string>;
    /** Comes between the writing of a change and the end of it. */
    meanwhile: { happens?: () => Promise<void> };
  }) => Promise<void>,
): Promise<void> {
  await inScratch(async (folder) => {
    const files = editorFiles();
    const meanwhile: { happens?: () => Promise<void> } = {};
    const slow: Files = {
      read: (...args) => files.read(...args),
      look: (...args) => files.look(...args),
      list: (...args) => files.list(...args),
      apply: async (...args) => {
        const after = await files.apply(...args);
        await meanwhile.happens?.();
        return after;
      },
    };
    const log = { info: () => undefined, warn: () => undefined, error: (error: Error) => assert.fail(error.stack) };
    const kept = new Map<string, string>();
    const review = new PendingReview({
      files: slow,
      locate: (path) => files.locate(path),
      nameOf: (path) => files.nameOf(path),
      place: {
        texts: {
          read: async (name) => kept.get(name),
          write: async (name, text) => void kept.set(name, text),
          remove: async (name) => void kept.delete(name),
          collect: async () => undefined,
        },
        enter: async () => undefined,
        inherit: async () => false,
      },
      announcer: { say: () => undefined, dispose: () => undefined } as never,
      log,
    });
    const about = { v: 1 as const, at: 0, taskId: "t", actionId: "a" };
    const unasked = review.filesFor(() => [
      { ...about, seq: 0, type: "action_judged", verdict: "allow", rule: "r", reason: "" },
      { ...about, seq: 1, type: "action_started" },
    ]);
    try {
      await body({ folder, review, unasked, kept, meanwhile });
    } finally {
      review.dispose();
    }
  });
}

const never = new AbortController().signal;

test("what is written unasked is pending; what the agent or a formatter does to it later is not taken for the user's", () =>
  withReview(async ({ folder, review, unasked, kept }) => {
    await folder.put("a.txt", base);
    await folder.open("a.txt");
    const path = folder.path("a.txt");
    const asked = review.filesFor(() => []);
    const one = base.replace("line 5\n", "five\n");
    const two = one.replace("line 20\n", "twenty\n");
    await unasked.apply([{ path, base, target: one }], "one", never);
    await unasked.apply([{ path, base: one, target: two }], "two", never);
    assert.equal(review.pending.hunkCount, 2);
    const three = two.replace("line 30\n", "thirty\n");
    await asked.apply([{ path, base: two, target: three }], "three", never);
    assert.equal(review.pending.hunkCount, 2, "what was asked for is not pending");
    await folder.type("a.txt", 0, "// mine\n");
    assert.equal(review.pending.hunkCount, 2);
    await review.commands.undo(path, "all");
    assert.equal(await folder.text("a.txt"), `// mine\n${base.replace("line 30\n", "thirty\n")}`);
    assert.equal(review.pending.hunkCount, 0);
    await until(() => kept.size <= 1, "nothing of it is kept");
  }));

test("after the editor's undo and redo the agent's text is under review again, whoever had taken it out", () =>
  withReview(async ({ folder, review, unasked }) => {
    await folder.put("a.txt", base);
    const { document } = await folder.open("a.txt");
    const path = folder.path("a.txt");
    const target = base.replace("line 5\n", "five\n").replace("line 20\n", "twenty\n");
    await unasked.apply([{ path, base, target }], "unasked", never);
    const press = async (key: "undo" | "redo", text: string, pending: number) => {
      await vscode.commands.executeCommand(key);
      await until(() => document.getText() === text, `the text after ${key}`);
      await until(() => review.pending.hunkCount === pending, `${pending} pending after ${key}`);
    };
    await until(() => review.sync.path(document.uri) === path, "the file is found");
    await press("undo", base, 0);
    await press("redo", target, 2);
    await document.save();
    await review.commands.undo(path, "all");
    assert.equal(review.pending.hunkCount, 0);
    await press("undo", target, 2);
    await document.save();
    await review.commands.keep(path, "all");
    await folder.type("a.txt", 0, "// mine\n");
    await review.commands.takeBack();
    assert.equal(review.pending.hunkCount, 2);
    await review.commands.undo(path, "all");
    assert.equal(document.getText(), `// mine\n${base}`);
  }));

test("R-13: the editor's undo counts as one also while what it takes back is still being written", () =>
  withReview(async ({ folder, review, unasked, meanwhile }) => {
    await folder.put("a.txt", base);
    const { document } = await folder.open("a.txt");
    const path = folder.path("a.txt");
    const one = base.replace("line 5\n", "five\n");
    const two = one.replace("line 20\n", "twenty\n");
    await unasked.apply([{ path, base, target: one }], "one", never);
    await until(() => review.sync.path(document.uri) === path, "the file is found");
    const undoTo = (text: string) => async () => {
      await vscode.commands.executeCommand("undo");
      await until(() => document.getText() === text, "the text before");
    };
    meanwhile.happens = undoTo(one);
    await unasked.apply([{ path, base: one, target: two }], "two", never);
    assert.equal(review.pending.hunkCount, 1);
    await vscode.commands.executeCommand("redo");
    await until(() => review.pending.hunkCount === 2, "both are pending after redo");
    await document.save();
    meanwhile.happens = undoTo(two);
    await review.commands.undo(path, "all");
    assert.equal(review.pending.hunkCount, 2, "both are pending again");
    assert.equal(document.getText(), two);
  }));

test("a file that is written under several spellings of its path is one file under review", () =>
  withReview(async ({ folder, review, unasked }) => {
    await folder.put("a.txt", base);
    await folder.open("a.txt");
    const one = base.replace("line 5\n", "five\n");
    const two = one.replace("line 20\n", "twenty\n");
    const three = two.replace("line 30\n", "thirty\n");
    const path = folder.path("a.txt");
    await unasked.apply([{ path, base, target: one }], "one", never);
    await unasked.apply([{ path: `./${path}`, base: one, target: two }], "two", never);
    await unasked.apply([{ path: folder.fsPath("a.txt"), base: two, target: three }], "three", never);
    assert.deepEqual(review.pending.paths, [path]);
    assert.equal(review.pending.hunkCount, 3);
    await review.commands.undo(path, "all");
    assert.equal(await folder.text("a.txt"), base);
    assert.equal(review.pending.hunkCount, 0);
  }));

test("a file that was moved unasked goes back as one, and is moved again when that is taken back", () =>
  withReview(async ({ folder, review, unasked }) => {
    await folder.put("a.txt", base);
    const [from, to] = [folder.path("a.txt"), folder.path("b.txt")];
    const target = base.replace("line 5\n", "five\n");
    const edits = [
      { path: `./${to}`, base: undefined, target, movedFrom: `./${from}` },
      { path: `./${from}`, base, target: undefined },
    ];
    await unasked.apply(edits, "move", never);
    assert.deepEqual(review.pending.paths, [to]);
    assert.equal(await folder.text("b.txt"), target);
    await review.commands.undo(to, "all");
    assert.deepEqual(review.pending.paths, []);
    assert.equal(await folder.text("a.txt"), base);
    await assert.rejects(folder.text("b.txt"));
    await review.commands.takeBack();
    assert.deepEqual(review.pending.paths, [to]);
    assert.equal(await folder.text("b.txt"), target);
    await assert.rejects(folder.text("a.txt"));
    await review.commands.keepAll();
    assert.deepEqual(review.pending.paths, []);
  }));

test("R-4, R-23: a file that was deleted or moved unasked comes back with its bytes and its mode, also after a reload", () =>
  withReview(async ({ folder, review, unasked, kept }) => {
    const bytes = Buffer.from("\ufeffone\ntwo\n");
    const [from, to] = [folder.path("a.sh"), folder.path("b.sh")];
    const isAt = async (file: string) => {
      assert.deepEqual(await folder.bytes(file), bytes);
      assert.equal((await stat(folder.fsPath(file))).mode & 0o777, 0o750);
    };
    await folder.put("a.sh", bytes);
    await chmod(folder.fsPath("a.sh"), 0o750);
    const base = "one\ntwo\n";
    await unasked.apply([{ path: from, base, target: undefined }], "delete", never);
    await until(() => kept.has(`pending ${from}`), "it is kept");
    review.pending.forget(from);
    review.pending.restore(FileReview.parse(JSON.parse(kept.get(`pending ${from}`) ?? "")));
    await review.commands.undoAll();
    await isAt("a.sh");
    const move = [
      { path: to, base: undefined, target: base, movedFrom: from },
      { path: from, base, target: undefined },
    ];
    await unasked.apply(move, "move", never);
    await isAt("b.sh");
    await review.commands.undo(to, "all");
    await isAt("a.sh");
    await review.commands.takeBack();
    await isAt("b.sh");
  }));

test("a file under review that is deleted on the disk while it is open has nothing left to review, unless it is unsaved", () =>
  withReview(async ({ folder, review, unasked }) => {
    await folder.put("a.txt", base);
    const target = base.replace("line 5\n", "five\n");
    const [old, made] = [folder.path("a.txt"), folder.path("b.txt")];
    const edits = [
      { path: old, base, target },
      { path: made, base: undefined, target },
    ];
    await unasked.apply(edits, "unasked", never);
    await until(() => review.sync.path(folder.uri("a.txt")) === old, "the file is found");
    await folder.open("a.txt");
    await vscode.commands.executeCommand("vscode.open", folder.uri("b.txt")); // closed with its tab
    const editor = vscode.window.activeTextEditor as vscode.TextEditor;
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "// mine\n"));
    await rm(folder.fsPath("b.txt"));
    await rm(folder.fsPath("a.txt"));
    await until(() => review.pending.review(old) === undefined, "what is gone is not to review");
    assert.deepEqual(review.pending.paths, [made]);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await until(() => review.pending.paths.length === 0, "neither is what was thrown away");
  }));

test("a created file that goes from the disk and comes back while it is open is to review again", () =>
  withReview(async ({ folder, review, unasked }) => {
    const made = folder.path("made.txt");
    await unasked.apply([{ path: made, base: undefined, target: base }], "unasked", never);
    await until(() => review.sync.path(folder.uri("made.txt")) === made, "the file is found");
    await folder.open("made.txt");
    await new Promise((resolve) => setTimeout(resolve, 1_000)); // a file that comes and goes at once is no news to VS Code
    await rm(folder.fsPath("made.txt"));
    await until(() => review.pending.paths.length === 0, "what is gone is not to review");
    await folder.put("made.txt", base);
    await until(() => review.pending.paths.length === 1, "what came back is");
  }));
