import assert from "node:assert/strict";
import { appendFile, lstat, mkdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as nodePath from "node:path";
import * as vscode from "vscode";
import { AgentError, FileMoved, ToolFailure } from "../../src/core/errors";
import { replaceBytes } from "../../src/machine/files/replace-bytes";
import { editorFiles, inScratch, never, type ScratchFolder, until } from "./scratch-files";
import { test } from "./suite";

const rounds = 100;

/** True when it was written; a refusal is fine here, another error is not. */
async function written(applying: Promise<unknown>): Promise<boolean> {
  try {
    await applying;
    return true;
  } catch (error) {
    assert.ok(error instanceof ToolFailure, `${(error as Error).stack}`);
    return false;
  }
}

/** The editor may still be at what was typed last; a task looks again and tries again too. */
async function writtenInTheEnd(edit: () => Promise<unknown>): Promise<boolean> {
  const end = Date.now() + 10_000;
  do {
    if (await written(edit())) {
      return true;
    }
  } while (Date.now() < end);
  return false;
}

test(
  "R-13, R-14: a hundred edits while the user types lose no typed letter and are written whole or not at all",
  () =>
    inScratch(async (folder) => {
      await folder.put("a.txt", "head\nmiddle 0\ntail\n");
      const editor = await folder.open("a.txt");
      const files = editorFiles();
      let typed = "";
      let done = 0;
      let refused = 0;
      for (let round = 0; round < rounds; round++) {
        const base = await files.read(folder.path("a.txt"), never);
        const target = base.replace(/middle \d+/, `middle ${round + 1}`);
        editor.selection = new vscode.Selection(0, typed.length, 0, typed.length);
        const letter = String.fromCharCode(97 + (round % 26));
        const pause = round % 5;
        const applying = written(files.apply([{ path: folder.path("a.txt"), base, target }], "Edit", never));
        await new Promise((resolve) => setTimeout(resolve, pause * 4));
        await vscode.commands.executeCommand("type", { text: letter });
        typed += letter;
        (await applying) ? done++ : refused++;
        const now = editor.document.getText();
        assert.ok(now.startsWith(`${typed}head\n`), `the typed letters in round ${round}: ${now.slice(0, 200)}`);
        assert.match(now, /^[a-z]*head\nmiddle \d+\ntail\n$/);
      }
      // A letter that came during a save is at times unsaved while VS Code tells extensions that all is saved.
      await editor.document.save();
      assert.ok(
        await writtenInTheEnd(async () => {
          const base = await files.read(folder.path("a.txt"), never);
          const target = base.replace(/middle \d+/, "middle 1000");
          return files.apply([{ path: folder.path("a.txt"), base, target }], "Edit", never);
        }),
        `once nobody types an edit is written; before that ${done} were and ${refused} gave way`,
      );
      assert.equal(done + refused, rounds);
      await editor.document.save();
      assert.equal(await folder.text("a.txt"), editor.document.getText());
    }),
  120_000,
);

test("R-13: what is typed in one file while another cannot be saved stays, and only our change is taken back", () =>
  inScratch(async (folder) => {
    await folder.put("a.txt", "one\ntwo\nthree\n");
    await folder.put("b.txt", "one\n");
    const editor = await folder.open("a.txt");
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    let isFirst = true;
    const saving = vscode.workspace.onWillSaveTextDocument((event) => {
      if (isFirst && event.document.uri.fsPath === folder.fsPath("b.txt")) {
        isFirst = false;
        event.waitUntil(
          (async () => {
            await folder.put("b.txt", "by a program\n");
            await vscode.commands.executeCommand("type", { text: "typed " });
          })(),
        );
      }
    });
    try {
      const edits = [
        { path: folder.path("a.txt"), base: "one\ntwo\nthree\n", target: "one\ntwo\n3\n" },
        { path: folder.path("b.txt"), base: "one\n", target: "two\n" },
      ];
      assert.equal(await written(editorFiles().apply(edits, "Edit", never)), false);
      assert.equal(editor.document.getText(), "typed one\ntwo\nthree\n");
      assert.equal(await folder.text("b.txt"), "by a program\n");
    } finally {
      saving.dispose();
    }
  }));

const mixed = "one\r\ntwo\n";

/** An edit of b.txt, which is written on the disk before a.txt is deleted. */
function deletingAfterEdit(folder: ScratchFolder) {
  return [
    { path: folder.path("a.txt"), base: "one\n", target: undefined },
    { path: folder.path("b.txt"), base: mixed, target: "one\r\n2\n" },
  ];
}

test("R-13, R-14: a file that gets another text while an edit is written is not deleted, saved or not", () =>
  inScratch(async (folder) => {
    const changes = [() => folder.put("a.txt", "saved\n"), () => folder.type("a.txt", 0, "typed ")];
    for (const change of changes) {
      await folder.put("a.txt", "one\n");
      await folder.put("b.txt", mixed);
      let isFirst = true;
      const files = editorFiles(async (fsPath, bytes) => {
        await replaceBytes(fsPath, bytes);
        if (isFirst) {
          isFirst = false;
          await change();
        }
      });
      await assert.rejects(files.apply(deletingAfterEdit(folder), "Edit", never), FileMoved);
      assert.equal(await folder.text("b.txt"), mixed);
      assert.match(await files.read(folder.path("a.txt"), never), /^(saved|typed one)\n$/);
      assert.match(await folder.text("a.txt"), /^(saved|one)\n$/);
    }
  }));

test("R-13: what cannot be taken back because a program has changed it since is named", () =>
  inScratch(async (folder) => {
    await folder.put("a.txt", "one\n");
    await folder.put("b.txt", mixed);
    const files = editorFiles(async (fsPath, bytes) => {
      await replaceBytes(fsPath, bytes);
      await appendFile(fsPath, "by a program\n");
      await folder.put("a.txt", "saved\n");
    });
    await assert.rejects(
      files.apply(deletingAfterEdit(folder), "Edit", never),
      (error: Error) => error instanceof AgentError && /b\.txt could not be put back/.test(error.message),
    );
    assert.equal(await folder.text("a.txt"), "saved\n");
    assert.equal(await folder.text("b.txt"), "one\r\n2\nby a program\n");
  }));

test(
  "R-25: edits of two tasks on two files, in any order, leave each file as one of the tasks wrote it",
  () =>
    inScratch(async (folder) => {
      const files = editorFiles();
      const names = ["a.txt", "b.txt"];
      for (const name of names) {
        await folder.put(name, "0\n");
      }
      let version = 0;
      for (let round = 0; round < 50; round++) {
        const bases = await Promise.all(names.map((name) => files.read(folder.path(name), never)));
        assert.equal(new Set(bases).size, 1, "both files are of one change");
        const attempts = [0, 1, 2].map((task) => {
          const target = `${++version} by ${task}\n`;
          const edits = names.map((name, index) => ({ path: folder.path(name), base: bases[index], target }));
          return written(files.apply(task === 1 ? edits.toReversed() : edits, "Edit", never));
        });
        const outcomes = await Promise.all(attempts);
        assert.equal(
          outcomes.filter(Boolean).length,
          1,
          "the first is written, the later ones see that the base is gone",
        );
      }
    }),
  120_000,
);

test("a file reached through a link inside the workspace is one file: its unsaved buffer counts and the link stays", () =>
  inScratch(async (folder) => {
    await folder.put("real/a.txt", "one\n");
    await symlink("real", folder.fsPath("link"));
    const editor = await folder.type("link/a.txt", 0, "typed ");
    const files = editorFiles();
    assert.equal((await files.look(folder.path("link/a.txt"), never))?.resolved, folder.path("real/a.txt"));
    const base = await files.read(folder.path("link/a.txt"), never);
    assert.equal(base, "typed one\n");
    await files.apply([{ path: folder.path("link/a.txt"), base, target: "typed two\n" }], "Edit", never);
    assert.equal(await folder.text("real/a.txt"), "typed two\n");
    assert.equal(editor.document.isDirty, false);
    assert.ok((await lstat(folder.fsPath("link"))).isSymbolicLink());
  }));

test("S-C3: what lies outside the workspace is told as outside, also where nothing is yet", () =>
  inScratch(async (folder) => {
    const outside = nodePath.join(tmpdir(), folder.name);
    await mkdir(outside);
    try {
      await symlink(outside, folder.fsPath("out"));
      const files = editorFiles();
      for (const path of [folder.path("out"), folder.path("out/new.txt"), `../${folder.name}`, outside]) {
        const facts = await files.look(path, never);
        assert.ok(facts, path);
        assert.equal(facts.resolved, undefined, path);
      }
      assert.equal(await files.look(folder.path("none.txt"), never), undefined);
    } finally {
      await rm(outside, { recursive: true });
    }
  }));

test("a file that is open as a notebook is not edited as text", () =>
  inScratch(async (folder) => {
    const base = `${JSON.stringify({ cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 })}\n`;
    await folder.put("a.ipynb", base);
    await vscode.workspace.openNotebookDocument(folder.uri("a.ipynb"));
    await until(() => vscode.workspace.notebookDocuments.length > 0, "the notebook is open");
    const edit = { path: folder.path("a.ipynb"), base, target: "{}\n" };
    assert.equal(await written(editorFiles().apply([edit], "Edit", never)), false);
    assert.equal(await folder.text("a.ipynb"), base);
  }));

test(
  "sixty files are one undo step, open no tab and keep their own encodings",
  () =>
    inScratch(async (folder) => {
      const texts = { "\n": "one\ntwo\n", "\r\n": "\ufeffone\r\ntwo\r\n", latin: "\xe9\ntwo\n" };
      const kinds = Object.values(texts).map((text, kind) => Buffer.from(text, kind === 2 ? "latin1" : "utf8"));
      const files = editorFiles();
      const edits = [];
      for (let count = 0; count < 60; count++) {
        const name = `a${count}.txt`;
        await folder.put(name, kinds[count % 3] as Buffer);
        const base = await files.read(folder.path(name), never);
        edits.push({ path: folder.path(name), base, target: base.replace("two", "2") });
      }
      await files.apply(edits, "Edit", never);
      const expected = kinds.map((bytes) => Buffer.from(bytes.toString("latin1").replace("two", "2"), "latin1"));
      for (let count = 0; count < 60; count++) {
        assert.ok((await folder.bytes(`a${count}.txt`)).equals(expected[count % 3] as Buffer), `a${count}.txt`);
      }
      assert.deepEqual(
        vscode.window.tabGroups.all.flatMap((group) => group.tabs),
        [],
      );
      assert.deepEqual(
        vscode.workspace.textDocuments.filter((document) => document.isDirty),
        [],
      );
      const editor = await folder.open("a0.txt");
      await vscode.commands.executeCommand("undo");
      assert.equal(editor.document.getText(), "one\ntwo\n");
      const other = await vscode.workspace.openTextDocument(folder.uri("a58.txt"));
      assert.equal(other.getText(), "one\r\ntwo\r\n", "the first and the last are of one step");
    }),
  120_000,
);

test("with many files a change in between is seen, and none is written", () =>
  inScratch(async (folder) => {
    const edits = [];
    for (let count = 0; count < 60; count++) {
      await folder.put(`a${count}.txt`, "one\n");
      edits.push({ path: folder.path(`a${count}.txt`), base: "one\n", target: "two\n" });
    }
    const applying = written(editorFiles().apply(edits, "Edit", never));
    await folder.put("a59.txt", "by a program\n");
    assert.equal(await applying, false);
    for (let count = 0; count < 59; count++) {
      assert.equal(await folder.text(`a${count}.txt`), "one\n");
    }
    assert.equal(await folder.text("a59.txt"), "by a program\n");
  }));
