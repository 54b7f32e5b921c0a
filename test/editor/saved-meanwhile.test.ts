import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { WorkspaceUndo } from "../../src/editor/undo/workspace-undo";
import { editorFiles, inScratch } from "./scratch-files";
import { test } from "./suite";

const effect = { kind: "command", command: "x", cwd: "." } as const;

test("R-30: what is saved, made or deleted in the window while a command runs is not taken for the command's", () =>
  inScratch(async (folder) => {
    const storage = await mkdtemp(join(tmpdir(), "hearth-saved-"));
    for (const name of ["saved.txt", "deleted.txt", "moved.txt", "its.txt"]) {
      await folder.put(name, "old\n");
    }
    const undo = new WorkspaceUndo(storage, editorFiles());
    const open = await undo.begin("task", { actionId: "a1", label: "Run x", effect, edits: [] });
    const editor = await folder.type("saved.txt", 0, "typed\n");
    assert.ok(await editor.document.save());
    const acts = new vscode.WorkspaceEdit();
    acts.createFile(folder.uri("made.txt"), { contents: Buffer.from("made\n") });
    acts.deleteFile(folder.uri("deleted.txt"));
    acts.renameFile(folder.uri("moved.txt"), folder.uri("there.txt"));
    assert.ok(await vscode.workspace.applyEdit(acts));
    await folder.put("its.txt", "new\n");

    const [kept] = await open.finish({ failed: false });

    assert.deepEqual(
      kept?.checkpoint.files.map(({ path }) => path),
      [folder.path("its.txt")],
    );
    const names = ["deleted.txt", "made.txt", "moved.txt", "saved.txt", "there.txt"];
    assert.deepEqual(
      kept?.checkpoint.leftOut,
      names.map((name) => folder.path(name)),
    );
    await rm(storage, { recursive: true });
  }));
