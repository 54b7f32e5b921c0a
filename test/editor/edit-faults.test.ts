import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, readdir, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as nodePath from "node:path";
import { ToolFailure } from "../../src/core/errors";
import { Task } from "../../src/core/task";
import { TaskCheckpoints } from "../../src/editor/undo/task-checkpoints";
import { WorkspaceUndo } from "../../src/editor/undo/workspace-undo";
import { fakes, portsOf, ScriptedApprover } from "../fakes/ports";
import { calls, fakeEndpoint, ScriptedModel, says } from "../fakes/scripted-model";
import { editorFiles, inScratch, never, type ScratchFolder } from "./scratch-files";
import { test } from "./suite";

const pageBytes = 4_096;
const diskPages = 64;

/** A small disk of its own. Where none may be mounted there is nothing to try. */
async function onSmallDisk(fsPath: string, body: (disk: SmallDisk) => Promise<void>): Promise<void> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    return;
  }
  await mkdir(fsPath, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${diskPages * pageBytes}`, "tmpfs", fsPath]);
  try {
    await body(new SmallDisk(fsPath));
  } finally {
    execFileSync("umount", ["-l", fsPath]);
    await rm(fsPath, { recursive: true });
  }
}

class SmallDisk {
  constructor(readonly fsPath: string) {}

  async leaveFree(pages: number): Promise<void> {
    await this.makeRoom();
    const { bavail } = await statfs(this.fsPath);
    await writeFile(this.filler, Buffer.alloc(Math.max(0, bavail - pages) * pageBytes));
  }

  makeRoom(): Promise<void> {
    return rm(this.filler, { force: true });
  }

  private get filler(): string {
    return nodePath.join(this.fsPath, "filler");
  }
}

/** A task that changes a.txt, which the user accepts. How it ended. */
async function edit(folder: ScratchFolder, undo: WorkspaceUndo, words: [from: string, to: string], taskId: string) {
  const [from, to] = words;
  const call = { path: folder.path("a.txt"), edits: [{ old_text: `${from}\n`, new_text: `${to}\n` }] };
  const given = fakes({
    model: new ScriptedModel([calls(["edit_file", call]), says("ok")]),
    approver: new ScriptedApprover([{ allow: true }]),
  });
  const checkpoints = new TaskCheckpoints(taskId, undo, async () => true);
  const task = new Task(taskId, { ...portsOf(given), files: editorFiles(), checkpoints }, []);
  await task.begin({ mode: "act", title: "Edit", endpoint: fakeEndpoint });
  await task.say({ text: "Go", attachments: [], by: "user" });
  const end = task.events.findLast(({ type }) => type === "finished");
  assert.ok(end?.type === "finished");
  return { reason: end.reason, code: end.trouble?.code, bugs: given.bugs };
}

test(
  "R-11: as long as what a file is cannot be kept, no edit of it is written; once there is space it is",
  () =>
    inScratch(async (folder) => {
      const storage = nodePath.join(tmpdir(), `${folder.name}-storage`);
      await onSmallDisk(storage, async (disk) => {
        const rest = Array.from({ length: 1_000 }, () => `${Math.random()}\n`).join("");
        const counts = { refused: 0, written: 0 };
        for (let pages = 0; pages < 24; pages++) {
          await folder.put("a.txt", `old\n${rest}`);
          await disk.leaveFree(pages);
          const undo = new WorkspaceUndo(nodePath.join(storage, "undo"), editorFiles());
          const { reason, code, bugs } = await edit(folder, undo, ["old", "new"], `t${pages}`);
          const text = await folder.text("a.txt");
          if (reason === "answered" || code === "undo_not_recorded") {
            counts.written++;
            assert.equal(text, `new\n${rest}`);
          } else {
            counts.refused++;
            assert.equal(code, "undo_not_kept", `${reason} ${bugs}`);
            assert.equal(text, `old\n${rest}`);
            assert.deepEqual(folder.unsaved(), []);
            await disk.makeRoom();
            assert.equal((await edit(folder, undo, ["old", "new"], `t${pages}-again`)).reason, "answered");
            assert.equal(await folder.text("a.txt"), `new\n${rest}`);
          }
          await rm(nodePath.join(storage, "undo"), { recursive: true });
        }
        assert.ok(counts.refused > 3 && counts.written > 3, JSON.stringify(counts));
      });
    }),
  120_000,
);

/** False when it was refused for want of space. */
async function writtenOrRefused(applying: Promise<unknown>): Promise<boolean> {
  try {
    await applying;
    return true;
  } catch (error) {
    assert.ok(error instanceof ToolFailure, (error as Error).stack);
    assert.match(error.message, /nothing was (kept|written)/);
    assert.doesNotMatch(error.message, /another text/);
    return false;
  }
}

test(
  "R-11: when the disk of a file is full while it is saved, that is said and every file of the edit is as before",
  () =>
    inScratch((folder) =>
      onSmallDisk(folder.fsPath("small"), async (disk) => {
        const longer = (text: string) => text + "more\n".repeat(2_000);
        const counts = { refused: 0, written: 0 };
        for (const pages of [0, 1, 2, 4, 6, 7, 8, 10, 16]) {
          // The editor sees no change of others on this disk, so each round has files of its own.
          const small = `small/${pages}`;
          const before = {
            [`b${pages}.txt`]: "b\n",
            [`${small}/a.txt`]: "a\n".repeat(2_000),
            [`${small}/m.txt`]: "1\r\n2\n",
          };
          const edits = [];
          for (const [path, base] of Object.entries(before)) {
            await folder.put(path, base);
            edits.push({ path: folder.path(path), base, target: longer(base) });
          }
          const made = { path: folder.path(`${small}/made.txt`), base: undefined, target: longer("") };
          await disk.leaveFree(pages);
          const isWritten = await writtenOrRefused(editorFiles().apply([...edits, made], "Edit", never));
          counts[isWritten ? "written" : "refused"]++;
          for (const [path, base] of Object.entries(before)) {
            assert.equal(await folder.text(path), isWritten ? longer(base) : base, `${path} with ${pages} free`);
          }
          assert.deepEqual(folder.unsaved(), []);
          const names = ["a.txt", "m.txt", ...(isWritten ? ["made.txt"] : [])];
          assert.deepEqual((await readdir(folder.fsPath(small))).sort(), names);
          await disk.makeRoom();
          await rm(folder.fsPath(small), { recursive: true });
        }
        assert.ok(counts.refused > 3 && counts.written > 1, JSON.stringify(counts));
      }),
    ),
  240_000,
);
