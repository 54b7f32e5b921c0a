import assert from "node:assert/strict";
import { access, chmod, rm, stat } from "node:fs/promises";
import * as vscode from "vscode";
import { ToolFailure } from "../../src/core/errors";
import type { FileEdit } from "../../src/core/ports";
import { editorFiles, inScratch, never, until } from "./scratch-files";
import { test } from "./suite";

async function refuses(doing: Promise<unknown>, words: RegExp): Promise<void> {
  await assert.rejects(doing, (error: Error) => {
    assert.ok(error instanceof ToolFailure, `${error.stack}`);
    assert.match(error.message, words);
    return true;
  });
}

test("R-14: an unsaved buffer wins over the disk, and an edit keeps what was typed", () =>
  inScratch(async (folder) => {
    await folder.put("a.txt", "one\ntwo\nthree\n");
    await folder.type("a.txt", 0, "typed\n");
    const files = editorFiles();
    const base = await files.read(folder.path("a.txt"), never);
    assert.equal(base, "typed\none\ntwo\nthree\n");
    assert.equal(await folder.text("a.txt"), "one\ntwo\nthree\n");

    const target = base.replace("two", "2");
    const after = await files.apply([{ path: folder.path("a.txt"), base, target }], "Edit", never);

    assert.deepEqual(after, [{ path: folder.path("a.txt"), text: target }]);
    assert.equal(await folder.text("a.txt"), target);
    await vscode.commands.executeCommand("undo");
    assert.equal(
      vscode.window.activeTextEditor?.document.getText(),
      base,
      "one undo takes back the edit and not the typing",
    );
  }));

test("a change of several files is one undo step, created and deleted files included", () =>
  inScratch(async (folder) => {
    await folder.put("a.txt", "a1\na2\n");
    await folder.put("b.txt", "b1\nb2\n");
    await folder.put("old.txt", "old\n");
    const editor = await folder.open("a.txt");
    const files = editorFiles();
    await files.apply(
      [
        { path: folder.path("a.txt"), base: "a1\na2\n", target: "a1\nA2\nA3\n" },
        { path: folder.path("b.txt"), base: "b1\nb2\n", target: "B1\nb2\n" },
        { path: folder.path("new/deep.txt"), base: undefined, target: "new\n" },
        { path: folder.path("old.txt"), base: "old\n", target: undefined },
      ],
      "Edit",
      never,
    );
    assert.equal(await folder.text("a.txt"), "a1\nA2\nA3\n");
    assert.equal(await folder.text("b.txt"), "B1\nb2\n");
    assert.equal(await folder.text("new/deep.txt"), "new\n");
    await assert.rejects(access(folder.fsPath("old.txt")));

    assert.equal(vscode.window.activeTextEditor, editor);
    await vscode.commands.executeCommand("undo");

    await until(async () => (await folder.text("old.txt").catch(() => "")) === "old\n", "the deleted file is back");
    await until(
      () =>
        access(folder.fsPath("new/deep.txt")).then(
          () => false,
          () => true,
        ),
      "the created file is gone",
    );
    const other = await vscode.workspace.openTextDocument(folder.uri("b.txt"));
    assert.equal(editor.document.getText(), "a1\na2\n");
    assert.equal(other.getText(), "b1\nb2\n");
  }));

test("R-13: a file that changed since, in the buffer or on the disk, is not written", () =>
  inScratch(async (folder) => {
    await folder.put("a.txt", "one\n");
    await folder.put("b.txt", "one\n");
    const files = editorFiles();
    const edits = ["b.txt", "a.txt"].map((file) => ({ path: folder.path(file), base: "one\n", target: "two\n" }));
    await folder.type("a.txt", 0, "mine ");
    await refuses(files.apply(edits, "Edit", never), /a\.txt changed since/);
    assert.equal(await folder.text("b.txt"), "one\n", "all or nothing");
    assert.equal(await files.read(folder.path("a.txt"), never), "mine one\n");

    await folder.put("c.txt", "changed by a program\n");
    await refuses(
      files.apply([{ path: folder.path("c.txt"), base: "one\n", target: "x\n" }], "Edit", never),
      /changed since/,
    );
    assert.equal(await folder.text("c.txt"), "changed by a program\n");

    await rm(folder.fsPath("b.txt"));
    await refuses(
      files.apply([{ path: folder.path("b.txt"), base: "one\n", target: "x\n" }], "Edit", never),
      /no file/,
    );
    await refuses(
      files.apply([{ path: folder.path("c.txt"), base: undefined, target: "x\n" }], "Edit", never),
      /exists by now/,
    );
  }));

test("an open file that a program changed is read from the disk, and edited once its editor has caught up", () =>
  inScratch(async (folder) => {
    await folder.put("a.txt", "one\ntwo\n");
    const editor = await folder.open("a.txt");
    await folder.put("a.txt", "one\ntwo\nby a program\n");
    const files = editorFiles();
    const base = await files.read(folder.path("a.txt"), never);
    assert.equal(base, "one\ntwo\nby a program\n");
    const target = base.replace("one", "1");
    await files.apply([{ path: folder.path("a.txt"), base, target }], "Edit", never);
    assert.equal(await folder.text("a.txt"), target);
    assert.equal(editor.document.getText(), target);
    assert.equal(editor.document.isDirty, false);
  }));

const letters = "grüße, κόσμε";
const manyLines = Array.from({ length: 200_000 }, (_, index) => `line ${index}`).join("\n");

/** Each is one text; `old` is replaced by `new` in it, and no other byte may change. */
const fixtures: [name: string, bytes: Uint8Array, target?: (base: string) => string][] = [
  ["Unix line ends", Buffer.from(`a\n${letters}\nold\nz\n`)],
  ["Windows line ends", Buffer.from(`a\r\n${letters}\r\nold\r\nz\r\n`)],
  ["no final line end", Buffer.from("a\nold")],
  ["no final line end, Windows", Buffer.from("a\r\nold")],
  ["one line", Buffer.from("old")],
  ["a byte order mark", Buffer.from(`\ufeffa\nold\n${letters}\n`)],
  ["a byte order mark and Windows line ends", Buffer.from("\ufeffa\r\nold\r\nz\r\n")],
  ["UTF-16 little", Buffer.from(`\ufeffa\nold\n${letters}\n`, "utf16le")],
  ["UTF-16 big", Buffer.from(`\ufeffa\r\nold\r\n${letters}\r\n`, "utf16le").swap16()],
  ["Latin-1", Buffer.from("a gr\xfc\xdfe\nold\n\xe9\xe8\n", "latin1")],
  ["Latin-1 and Windows line ends", Buffer.from("a gr\xfc\xdfe\r\nold\r\n\xe9\xe8\r\n", "latin1")],
  ["mixed line ends", Buffer.from("a\r\nb\nold\r\nc\n\n\r\nz")],
  ["mixed line ends and a byte order mark", Buffer.from("\ufeffa\r\nb\nold\nz\r\n")],
  ["mixed line ends in Latin-1", Buffer.from("\xe9\r\nb\nold\nz\r\n", "latin1")],
  ["mixed line ends in UTF-16", Buffer.from("\ufeff\xe9\r\nb\nold\nz\r\n", "utf16le")],
  ["lone carriage returns", Buffer.from("a\rold\rz\r")],
  ["blanks at line ends and tabs", Buffer.from("a  \n\told\t \n \n\n\nz \n")],
  ["line separators and form feeds", Buffer.from("a\u2028b\fc\u0085d\nold\n\u2029z\n")],
  ["a NUL far in", Buffer.from(`${"x".repeat(9_000)}\u0000\nold\n`)],
  ["a five-megabyte line", Buffer.from(`${"x".repeat(5_000_000)}\nold\n`)],
  ["a five-megabyte line that changes", Buffer.from(`${"x".repeat(2_500_000)}old${"y".repeat(2_500_000)}`)],
  ["200,000 lines", Buffer.from(`${manyLines}\nold\n${manyLines}`)],
];

for (const [name, bytes] of fixtures) {
  test(`R-23: ${name}: an edit changes its own bytes and no other`, () =>
    inScratch(async (folder) => {
      await folder.put("a.txt", bytes);
      const files = editorFiles();
      const base = await files.read(folder.path("a.txt"), never);
      const target = base.replace("old", "new");
      assert.notEqual(base, target);
      const after = await files.apply([{ path: folder.path("a.txt"), base, target }], "Edit", never);
      assert.equal(after[0]?.text, target);
      const written = await folder.bytes("a.txt");
      const wide = written.length === bytes.length && name.includes("UTF-16");
      const expected = replaceBytes(bytes, spell("old", wide, name), spell("new", wide, name));
      assert.ok(written.equals(expected), `the bytes differ at ${firstDifference(written, expected)}`);
      assert.equal(await files.read(folder.path("a.txt"), never), target);
    }));
}

function spell(word: string, wide: boolean, name: string): Buffer {
  if (!wide) {
    return Buffer.from(word);
  }
  const little = Buffer.from(word, "utf16le");
  return name.includes("big") ? little.swap16() : little;
}

function replaceBytes(bytes: Uint8Array, from: Buffer, to: Buffer): Buffer {
  const at = Buffer.from(bytes).indexOf(from);
  return Buffer.concat([bytes.subarray(0, at), to, bytes.subarray(at + from.length)]);
}

function firstDifference(left: Buffer, right: Buffer): number {
  return left.findIndex((byte, index) => byte !== right[index]);
}

test("R-23: bytes that no encoding gives back are left alone, and so is a text its encoding cannot hold", () =>
  inScratch(async (folder) => {
    const files = editorFiles();
    const broken = Buffer.from("a\n\x81\xff\nold\n", "latin1");
    await folder.put("broken.txt", broken);
    const base = await files.read(folder.path("broken.txt"), never);
    const target = base.replace("old", "new");
    await refuses(files.apply([{ path: folder.path("broken.txt"), base, target }], "Edit", never), /left alone/);
    assert.ok((await folder.bytes("broken.txt")).equals(broken));

    const unmarked = Buffer.from("alpha\nold\nomega and more\n", "utf16le");
    await folder.put("unmarked.txt", unmarked);
    const wide = await files.read(folder.path("unmarked.txt"), never);
    assert.equal(wide, "alpha\nold\nomega and more\n");
    const wideEdit = { path: folder.path("unmarked.txt"), base: wide, target: wide.replace("old", "new") };
    await refuses(files.apply([wideEdit], "Edit", never), /left alone/);
    assert.ok((await folder.bytes("unmarked.txt")).equals(unmarked));

    await folder.put("latin.txt", Buffer.from("\xe9\nold\n", "latin1"));
    const arrow = { path: folder.path("latin.txt"), base: "é\nold\n", target: "é\n→\n" };
    await refuses(files.apply([arrow], "Edit", never), /windows1252/);
    assert.ok((await folder.bytes("latin.txt")).equals(Buffer.from("\xe9\nold\n", "latin1")));
  }));

test("R-23: an unsaved buffer of a file with mixed line ends is not saved for the user", () =>
  inScratch(async (folder) => {
    await folder.put("a.txt", "a\r\nb\nold\n");
    await folder.type("a.txt", 0, "typed ");
    const files = editorFiles();
    const base = await files.read(folder.path("a.txt"), never);
    const edit = { path: folder.path("a.txt"), base, target: base.replace("old", "new") };
    await refuses(files.apply([edit], "Edit", never), /mixes Windows and Unix line ends/);
    assert.equal(await folder.text("a.txt"), "a\r\nb\nold\n");
    assert.equal(await files.read(folder.path("a.txt"), never), base);
  }));

test("R-21: what is no text is refused with the reason", () =>
  inScratch(async (folder) => {
    const files = editorFiles();
    await folder.put("image.png", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]));
    await refuses(files.read(folder.path("image.png"), never), /not a text file/);
    await refuses(files.read(folder.name, never), /is a folder/);
    await refuses(files.read(folder.path("none.txt"), never), /no file/);
  }));

test("R-12: a read-only file refuses a change, and the other files of that change stay as they were", () =>
  inScratch(async (folder) => {
    await folder.put("a.txt", "one\n");
    await folder.put("locked.txt", "one\n");
    await folder.put("old.txt", "old\n");
    const pattern = `**/${folder.name}/locked.txt`;
    const settings = vscode.workspace.getConfiguration("files");
    await settings.update("readonlyInclude", { [pattern]: true }, vscode.ConfigurationTarget.Workspace);
    try {
      const edits = [
        { path: folder.path("a.txt"), base: "one\n", target: "two\n" },
        { path: folder.path("new.txt"), base: undefined, target: "new\n" },
        { path: folder.path("old.txt"), base: "old\n", target: undefined },
        { path: folder.path("locked.txt"), base: "one\n", target: "two\n" },
      ];
      await refuses(editorFiles().apply(edits, "Edit", never), /locked\.txt could not be saved/);
      assert.equal(await folder.text("a.txt"), "one\n");
      assert.equal(await folder.text("locked.txt"), "one\n");
      assert.equal(await folder.text("old.txt"), "old\n");
      await assert.rejects(access(folder.fsPath("new.txt")));
      for (const file of ["a.txt", "locked.txt"]) {
        const document = await vscode.workspace.openTextDocument(folder.uri(file));
        assert.equal(document.getText(), "one\n");
        assert.equal(document.isDirty, false);
      }
    } finally {
      await settings.update("readonlyInclude", undefined, vscode.ConfigurationTarget.Workspace);
    }
  }));

test("R-15: what the formatter makes of a saved file is given back, and its text is on the disk", () =>
  inScratch(async (folder) => {
    await folder.put("a.shout", "one\ntwo\n");
    await folder.open("a.shout");
    const formatter = vscode.languages.registerDocumentFormattingEditProvider(
      { pattern: "**/*.shout" },
      {
        provideDocumentFormattingEdits(document) {
          const last = document.lineAt(document.lineCount - 1).range.end;
          return [
            vscode.TextEdit.replace(
              new vscode.Range(new vscode.Position(0, 0), last),
              document.getText().toUpperCase(),
            ),
          ];
        },
      },
    );
    const settings = vscode.workspace.getConfiguration("editor");
    await settings.update("formatOnSave", true, vscode.ConfigurationTarget.Workspace);
    try {
      const edit = { path: folder.path("a.shout"), base: "one\ntwo\n", target: "one\nthree\n" };
      const after = await editorFiles().apply([edit], "Edit", never);
      assert.deepEqual(after, [{ path: folder.path("a.shout"), text: "ONE\nTHREE\n" }]);
      assert.equal(await folder.text("a.shout"), "ONE\nTHREE\n");
    } finally {
      await settings.update("formatOnSave", undefined, vscode.ConfigurationTarget.Workspace);
      formatter.dispose();
    }
  }));

test("with auto-save on, a change is written and given back the same", () =>
  inScratch(async (folder) => {
    const settings = vscode.workspace.getConfiguration("files");
    await settings.update("autoSave", "afterDelay", vscode.ConfigurationTarget.Workspace);
    await settings.update("autoSaveDelay", 1, vscode.ConfigurationTarget.Workspace);
    try {
      for (let round = 0; round < 10; round++) {
        await folder.put(`a${round}.txt`, "one\n");
        const edit = { path: folder.path(`a${round}.txt`), base: "one\n", target: "two\n" };
        const after = await editorFiles().apply([edit], "Edit", never);
        assert.equal(after[0]?.text, "two\n");
        assert.equal(await folder.text(`a${round}.txt`), "two\n");
      }
    } finally {
      await settings.update("autoSave", undefined, vscode.ConfigurationTarget.Workspace);
      await settings.update("autoSaveDelay", undefined, vscode.ConfigurationTarget.Workspace);
    }
  }));

test("a change moves no focus and opens no tab", () =>
  inScratch(async (folder) => {
    await folder.put("seen.txt", "seen\n");
    await folder.put("a.txt", "one\n");
    const editor = await folder.open("seen.txt");
    const edits = [
      { path: folder.path("a.txt"), base: "one\n", target: "two\n" },
      { path: folder.path("new.txt"), base: undefined, target: "new\n" },
    ];
    await editorFiles().apply(edits, "Edit", never);
    await new Promise((resolve) => setTimeout(resolve, 1_500)); // an unsaved file would get its tab within this time
    assert.equal(vscode.window.activeTextEditor, editor);
    assert.deepEqual(
      vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.label)),
      ["seen.txt"],
    );
  }));

test("R-25: changes of one file come one after the other, and the later one sees what the earlier one wrote", () =>
  inScratch(async (folder) => {
    await folder.put("a.txt", "one\n");
    const files = editorFiles();
    const edit = (target: string) => ({ path: folder.path("a.txt"), base: "one\n", target });
    const [first, second] = await Promise.allSettled([
      files.apply([edit("two\n")], "Edit", never),
      files.apply([edit("three\n")], "Edit", never),
    ]);
    assert.equal(first.status, "fulfilled");
    assert.equal(second.status, "rejected");
    assert.equal(await folder.text("a.txt"), "two\n");
  }));

test("a stopped task writes nothing", () =>
  inScratch(async (folder) => {
    await folder.put("a.txt", "one\n");
    const stopped = AbortSignal.abort(new Error("stopped"));
    const edit = { path: folder.path("a.txt"), base: "one\n", target: "two\n" };
    await assert.rejects(editorFiles().apply([edit], "Edit", stopped), /stopped/);
    assert.equal(await folder.text("a.txt"), "one\n");
  }));

test("a file's mode stays what it was, also when it is written on the disk", () =>
  inScratch(async (folder) => {
    for (const [file, base] of [
      ["plain.sh", "a\nold\n"],
      ["mixed.sh", "a\r\nold\n"],
    ] as const) {
      await folder.put(file, base);
      await chmod(folder.fsPath(file), 0o755);
      await editorFiles().apply([{ path: folder.path(file), base, target: base.replace("old", "new") }], "Edit", never);
      assert.equal((await stat(folder.fsPath(file))).mode & 0o777, 0o755);
    }
  }));

for (const [name, bytes] of [
  ["a byte order mark", Buffer.from("\ufeffold\nb\n")],
  ["Latin-1", Buffer.from("\xe9\nold\n", "latin1")],
  ["UTF-16", Buffer.from("\ufeff\xe9\nold\n", "utf16le")],
  ["bytes that are no exact UTF-16", Buffer.concat([Buffer.from("\ufeffold\n", "utf16le"), Buffer.from("\0")])],
] as const) {
  test(`R-4, R-23: a file with ${name} keeps its bytes and its mode when it is moved`, () =>
    inScratch(async (folder) => {
      await folder.put("a.txt", bytes);
      await chmod(folder.fsPath("a.txt"), 0o750);
      const files = editorFiles();
      const [from, to] = [folder.path("a.txt"), folder.path("sub/b.txt")];
      const base = await files.read(from, never);
      const move = (target: string) => [
        { path: to, base: undefined, target, movedFrom: from },
        { path: from, base, target: undefined },
      ];
      assert.deepEqual(
        await files.foresee(move(base)[0] as FileEdit).then((after) => after && Buffer.from(after)),
        bytes,
      );
      if (name.startsWith("bytes")) {
        await refuses(files.apply(move(base.replace("old", "new")), "Move", never), /could not write it back/);
      }
      await files.apply(move(base), "Move", never);
      assert.deepEqual(await folder.bytes("sub/b.txt"), bytes);
      assert.equal((await stat(folder.fsPath("sub/b.txt"))).mode & 0o777, 0o750);
    }));
}

test("R-23: a moved file that is changed as well keeps its encoding", () =>
  inScratch(async (folder) => {
    await folder.put("a.txt", Buffer.from("\xe9\nold\n", "latin1"));
    const [from, to] = [folder.path("a.txt"), folder.path("b.txt")];
    const edits = [
      { path: to, base: undefined, target: "\xe9\nnew\n", movedFrom: from },
      { path: from, base: "\xe9\nold\n", target: undefined },
    ];
    await editorFiles().apply(edits, "Move", never);
    assert.deepEqual(await folder.bytes("b.txt"), Buffer.from("\xe9\nnew\n", "latin1"));
  }));
