import assert from "node:assert/strict";
import * as vscode from "vscode";
import { fileChange } from "../../src/core/edits/hunks";
import type { Action } from "../../src/core/events";
import type { FileEdit } from "../../src/core/ports";
import { Approvals } from "../../src/editor/review/approvals";
import { ProposalDocuments } from "../../src/editor/review/proposal-documents";
import { editorFiles, inScratch, never, type ScratchFolder, until } from "./scratch-files";
import { test } from "./suite";

function action(id: string, edits: readonly FileEdit[]): Action {
  return {
    id,
    callId: `call-${id}`,
    tool: "edit_file",
    title: "Edit",
    effect: { kind: "edit", paths: edits.map((edit) => edit.path) },
    preview: { kind: "edit", files: edits.map((edit) => fileChange(edit.path, edit.base, edit.target)) },
    hash: "0".repeat(64),
  };
}

interface Asking {
  folder: ScratchFolder;
  proposals: ProposalDocuments;
  approvals: Approvals;
  problems: unknown[];
}

/** A window with `cart.js` open in one group, and approvals that show what they ask. */
async function whileAsking(body: (asking: Asking) => Promise<void>): Promise<void> {
  await inScratch(async (folder) => {
    await folder.put("cart.js", "const total = 1;\nexport { total };\n");
    await folder.put("other.js", "other\n");
    await folder.open("cart.js");
    const problems: unknown[] = [];
    const files = editorFiles();
    const log = { info: () => undefined, warn: () => undefined, error: (error: Error) => problems.push(error) };
    const proposals = new ProposalDocuments((path) => files.locate(path), log);
    const approvals = new Approvals(proposals, log);
    try {
      await body({ folder, proposals, approvals, problems });
      assert.deepEqual(problems, []);
    } finally {
      approvals.dispose();
      proposals.dispose();
    }
  });
}

function diffs(): { tab: vscode.Tab; input: vscode.TabInputTextDiff }[] {
  return vscode.window.tabGroups.all.flatMap((group) =>
    group.tabs.flatMap((tab) => (tab.input instanceof vscode.TabInputTextDiff ? [{ tab, input: tab.input }] : [])),
  );
}

async function textOf(uri: vscode.Uri): Promise<string> {
  return (await vscode.workspace.openTextDocument(uri)).getText();
}

/** What the disk, the buffers and the focus are, to be compared with later. */
async function stateOf(folder: ScratchFolder) {
  return {
    cart: await folder.text("cart.js"),
    dirty: vscode.workspace.textDocuments
      .filter((document) => document.isDirty && vscode.workspace.getWorkspaceFolder(document.uri))
      .map((document) => document.uri.path),
    buffer: (await vscode.workspace.openTextDocument(folder.uri("cart.js"))).getText(),
    active: vscode.window.activeTextEditor?.document.uri.toString(),
    selection: JSON.stringify(vscode.window.activeTextEditor?.selection),
    column: vscode.window.tabGroups.activeTabGroup.viewColumn,
  };
}

test("a proposal opens beside the code: nothing is written, no tab is closed and no focus moves", () =>
  whileAsking(async ({ folder, approvals }) => {
    const base = await folder.text("cart.js");
    const target = base.replace("1", "2");
    const before = await stateOf(folder);
    const edits = [{ path: folder.path("cart.js"), base, target }];
    const asked = approvals.ask(action("p1", edits), edits, never);
    await until(() => diffs().length === 1, "the diff opens");

    const [diff] = diffs();
    assert.equal(diff?.tab.label, "cart.js (proposed by Hearth)");
    assert.equal(diff?.tab.group.viewColumn, 2);
    assert.equal(diff?.input.original.toString(), folder.uri("cart.js").toString());
    assert.equal(await textOf(diff?.input.modified as vscode.Uri), target);
    assert.deepEqual(await stateOf(folder), before);
    const labels = vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.label));
    assert.deepEqual(labels, ["cart.js", "cart.js (proposed by Hearth)"]);

    approvals.answerTrusted("p1", { allow: false, remark: "no" });
    const { allow, remark } = await asked;
    assert.deepEqual({ allow, remark }, { allow: false, remark: "no" });
    await until(() => diffs().length === 0, "the diff is closed");
    await until(() => vscode.window.tabGroups.all.length === 1, "its group is closed");
    assert.deepEqual(await stateOf(folder), before);
  }));

test("the live side of a proposal is the buffer, unsaved changes included", () =>
  whileAsking(async ({ folder, proposals }) => {
    await folder.type("cart.js", 0, "// mine\n");
    const base = await editorFiles().read(folder.path("cart.js"), never);
    const edits = [{ path: folder.path("cart.js"), base, target: `${base}// end\n` }];
    await proposals.show(action("p2", edits), edits);
    const [diff] = diffs();
    assert.match(await textOf(diff?.input.original as vscode.Uri), /^\/\/ mine\n/);
    assert.equal(await folder.text("cart.js"), "const total = 1;\nexport { total };\n");
    await proposals.close("p2");
    assert.equal((await vscode.workspace.openTextDocument(folder.uri("cart.js"))).isDirty, true);
  }));

test("a created file stands against nothing, and so does a deleted one", () =>
  whileAsking(async ({ folder, proposals }) => {
    const edits: FileEdit[] = [
      { path: folder.path("new.js"), base: undefined, target: "new\n" },
      { path: folder.path("cart.js"), base: await folder.text("cart.js"), target: undefined },
    ];
    await proposals.show(action("p3", edits), edits);
    assert.equal(diffs().length, 1);
    assert.equal(await proposals.open("p3", folder.path("cart.js")), true);
    const [created, deleted] = ["new.js (new file, proposed by Hearth)", "cart.js (deletion, proposed by Hearth)"].map(
      (label) => diffs().find(({ tab }) => tab.label === label)?.input,
    );
    assert.equal(await textOf(created?.original as vscode.Uri), "");
    assert.equal(await textOf(created?.modified as vscode.Uri), "new\n");
    assert.equal(deleted?.original.toString(), folder.uri("cart.js").toString());
    assert.equal(await textOf(deleted?.modified as vscode.Uri), "");
    assert.equal(proposals.current()?.actionId, "p3");
    await proposals.close("p3");
    assert.equal(diffs().length, 0);
    assert.equal(await proposals.open("p3", folder.path("cart.js")), false);
  }));

for (const focused of [1, 2]) {
  test(`with two groups and the focus in group ${focused}, the focus and all tabs stay`, () =>
    whileAsking(async ({ folder, proposals }) => {
      const side = { viewColumn: vscode.ViewColumn.Two, preview: true, preserveFocus: focused === 1 };
      await vscode.window.showTextDocument(folder.uri("other.js"), side);
      const before = await stateOf(folder);
      assert.equal(before.column, focused);
      const edits = [{ path: folder.path("cart.js"), base: await folder.text("cart.js"), target: "x\n" }];
      await proposals.show(action("p4", edits), edits);
      assert.equal(diffs()[0]?.tab.group.viewColumn, focused + 1);
      assert.deepEqual(await stateOf(folder), before);
      await proposals.close("p4");
      await until(() => vscode.window.tabGroups.all.length === 2, "its group is closed");
      const labels = vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.label));
      assert.deepEqual(labels, ["cart.js", "other.js"]);
      assert.deepEqual(await stateOf(folder), before);
    }));
}

test("without any editor the proposal opens in the one group there is", () =>
  whileAsking(async ({ folder, proposals }) => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    const edits = [{ path: folder.path("cart.js"), base: await folder.text("cart.js"), target: "x\n" }];
    await proposals.show(action("p5", edits), edits);
    assert.equal(vscode.window.tabGroups.all.length, 1);
    await proposals.close("p5");
  }));

test("R-24: a diff that outlived its task says so, and shows the proposal once it is asked again", () =>
  whileAsking(async ({ folder, proposals }) => {
    const edits = [{ path: folder.path("cart.js"), base: await folder.text("cart.js"), target: "again\n" }];
    await proposals.show(action("p6", edits), edits);
    const shown = diffs()[0]?.input.modified as vscode.Uri;
    proposals.dispose(); // as a reload does: the tab stays

    const files = editorFiles();
    const log = { info: () => undefined, warn: () => undefined, error: assert.fail };
    const after = new ProposalDocuments((path) => files.locate(path), log);
    try {
      const elsewhere = shown.with({ query: shown.query.replace("p6", "p7") });
      assert.match(await textOf(elsewhere), /is not running/);
      await after.show(action("p6", edits), edits);
      assert.equal(diffs().length, 1, "the tab that is there is used");
      await until(async () => (await textOf(shown)) === "again\n", "the tab shows the proposal");
      await after.close("p6");
      assert.equal(diffs().length, 0);
    } finally {
      after.dispose();
    }
  }));

test("a proposal that is answered while its diff is still opening leaves no diff behind", () =>
  whileAsking(async ({ folder, proposals }) => {
    const edits = [{ path: folder.path("cart.js"), base: await folder.text("cart.js"), target: "x\n" }];
    const opening = proposals.show(action("p8", edits), edits);
    await proposals.close("p8");
    await opening;
    await until(() => diffs().length === 0, "the diff is closed");
  }));

test("stopping the task closes its proposal", () =>
  whileAsking(async ({ folder, approvals }) => {
    const edits = [{ path: folder.path("cart.js"), base: await folder.text("cart.js"), target: "x\n" }];
    const stop = new AbortController();
    const asked = approvals.ask(action("p8", edits), edits, stop.signal);
    await until(() => diffs().length === 1, "the diff opens");
    stop.abort(new Error("stopped"));
    await assert.rejects(asked, /stopped/);
    await until(() => diffs().length === 0, "the diff is closed");
  }));

test("an accepted proposal is written once, and one undo takes it back", () =>
  whileAsking(async ({ folder, approvals }) => {
    const base = await folder.text("cart.js");
    const edits = [{ path: folder.path("cart.js"), base, target: base.replace("1", "2") }];
    const asked = approvals.ask(action("p9", edits), edits, never);
    const nonce = approvals.open()[0]?.nonce ?? "";
    assert.equal(await folder.text("cart.js"), base);
    approvals.answer("p9", nonce, { allow: true });
    assert.equal((await asked).allow, true);
    await editorFiles().apply(edits, "Hearth: cart.js", never);
    assert.equal(await folder.text("cart.js"), edits[0]?.target);
    await until(() => diffs().length === 0, "the diff is closed");
    await folder.open("cart.js");
    await vscode.commands.executeCommand("undo");
    assert.equal(vscode.window.activeTextEditor?.document.getText(), base);
  }));
