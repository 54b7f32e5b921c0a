import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { sha256 } from "../../src/core/hash";
import { Task } from "../../src/core/task";
import type { NewTask, TaskDesk } from "../../src/editor/desk/task-desk";
import { FixTest } from "../../src/editor/fix-test";
import { ProjectTests } from "../../src/editor/tests/project-tests";
import { ProcessRunner } from "../../src/machine/process/process-runner";
import { ReportFiles } from "../../src/machine/reports/report-files";
import { fakes, portsOf } from "../fakes/ports";
import { calls, fakeEndpoint, ScriptedModel, says } from "../fakes/scripted-model";
import { editorFiles, inScratch, type ScratchFolder, until } from "./scratch-files";
import { test } from "./suite";

const text = `import assert from "node:assert/strict";
import test from "node:test";

test("adds", () => assert.equal(1 + 1, 3));
`;

/** "Fix this test" over the real editor, with a real runner. The command to run the test is allowed. */
async function withFixTest(
  body: (folder: ScratchFolder, fixTest: FixTest) => Promise<void>,
  tasks: Pick<TaskDesk, "create"> | undefined = undefined,
): Promise<void> {
  const reports = await mkdtemp(join(tmpdir(), "hearth-reports-"));
  await inScratch(async (folder) => {
    let runs = 0;
    const programs = new ProcessRunner(folder.fsPath(""));
    const tests = new ProjectTests({
      rootOf: () => folder.fsPath(""),
      read: (path) => readFile(path, "utf8").catch(() => undefined),
      programsIn: () => programs,
      reports: new ReportFiles(reports),
      newId: () => String(++runs),
    });
    const fixTest = new FixTest({
      tasks: tasks as never,
      models: { ready: async () => undefined } as never,
      panel: undefined as never,
      machine: { files: editorFiles(), hasWorkspace: true } as never,
      tests,
      approver: { ask: async () => ({ allow: true }) },
      limits: () => ({ rounds: 5, timeoutMs: 60_000 }),
      tell: (error) => assert.fail(String(error)),
    });
    await body(folder, fixTest);
  });
  await rm(reports, { recursive: true });
}

test("a task to fix a test that another model went on with ends as fixed, and says that the test file was changed", () =>
  withFixTest(async (folder, fixTest) => {
    await folder.put("package.json", `{ "type": "module" }`);
    await folder.put("sum.test.js", text);
    const path = folder.path("sum.test.js");
    const edit = { path, edits: [{ old_text: "1 + 1, 3", new_text: "1 + 1, 2" }] };
    const given = fakes({ model: new ScriptedModel([calls(["edit_file", edit]), says("It was plainly wrong.")]) });
    given.approver.answers.push({ allow: true });
    const task = new Task("t", { ...portsOf(given), files: editorFiles() }, []);
    const aim = { file: path, name: "adds", line: 4, textHash: await sha256(text) };
    const goal = { kind: "fix_test" as const, test: aim, rounds: 5 };
    await task.begin({ mode: "act", title: "Fix", endpoint: fakeEndpoint, goal });
    await task.say({ text: "The test fails.", attachments: [], by: "hearth" });

    await fixTest.resume(task);
    await until(() => !task.running, "the test was run");

    const end = task.events.findLast((event) => event.type === "finished");
    assert.equal(end?.type === "finished" && end.reason, "fixed", JSON.stringify(end));
    assert.match(JSON.stringify(end), /The test file itself was changed/);
    const document = await vscode.workspace.openTextDocument(folder.uri("sum.test.js"));
    assert.match(document.getText(), /1 \+ 1, 2/);
  }));

test("taken up again, a task goes on with its own test also where another one of the same name passes", () =>
  withFixTest(async (folder, fixTest) => {
    await folder.put("package.json", `{ "type": "module" }`);
    const twice = `${text.replace("1 + 1, 3", "1 + 1, 2")}test("adds", () => assert.equal(1 + 1, 3));\n`;
    await folder.put("sum.test.js", twice);
    const given = fakes({ model: new ScriptedModel([says("No idea."), says("Still none.")]) });
    const task = new Task("t", { ...portsOf(given), files: editorFiles() }, []);
    const aim = {
      file: folder.path("sum.test.js"),
      name: "adds",
      line: 5,
      place: 1,
      textHash: await sha256(twice),
    };
    const goal = { kind: "fix_test" as const, test: aim, rounds: 2 };
    await task.begin({ mode: "act", title: "Fix", endpoint: fakeEndpoint, goal });

    await fixTest.resume(task);
    await until(() => !task.running, "the rounds are over");

    const end = task.events.findLast((event) => event.type === "finished");
    assert.equal(end?.type === "finished" && end.reason, "not_fixed", JSON.stringify(end));
  }));

test("what saving makes of an unsaved test file is on record when a task to fix one of its tests begins", async () => {
  let begun: NewTask | undefined;
  const create = async (request: NewTask): Promise<never> => {
    begun = request;
    throw new Error("enough is known");
  };
  await withFixTest(
    async (folder, fixTest) => {
      await folder.put("package.json", `{ "type": "module" }`);
      await folder.put("sums.mjs", text);
      const editor = await folder.open("sums.mjs"); // a name that does not bring all of Hearth in
      await editor.edit((edit) => edit.insert(new vscode.Position(2, 0), "// unsaved\n"));
      const formatting = vscode.workspace.onWillSaveTextDocument((event) =>
        event.waitUntil(Promise.resolve([vscode.TextEdit.insert(new vscode.Position(0, 0), "// formatted\n")])),
      );
      await assert.rejects(fixTest.run(folder.uri("sums.mjs"), 5), /enough is known/);
      formatting.dispose();

      const saved = await folder.text("sums.mjs");
      assert.match(saved, /^\/\/ formatted\n[\s\S]*\n\/\/ unsaved\n/);
      const { name, line, textHash } = begun?.goal?.test ?? {};
      assert.deepEqual({ name, line, textHash }, { name: "adds", line: 6, textHash: await sha256(saved) });
    },
    { create },
  );
});
