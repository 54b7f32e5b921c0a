import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test, vi } from "vitest";
import type { NewEvent } from "../../core/events";
import { sha256 } from "../../core/hash";
import type { Ending } from "../../core/loop";
import { ProcessRunner } from "../../machine/process/process-runner";
import { ReportFiles } from "../../machine/reports/report-files";
import { type AgentTurn, type FixTestEnd, type FixTestGoal, fixTest } from "./fix-test";
import { ProjectTests } from "./project-tests";
import { readIfThere } from "./read-if-there";
import type { RunPlan } from "./run-plan";

vi.setConfig({ testTimeout: 120_000 });

const red = `import assert from "node:assert/strict";
import test from "node:test";
import { total } from "./shop.js";

test("the total counts every item", () => assert.equal(total([1, 2]), 3));
test("green", () => {});
test.skip("left out", () => {});
test("hangs", () => { for (;;) Math.random(); });
`;
const wrong = "export const total = (items) => items[0];\n";
const right = "export const total = (items) => items.reduce((a, b) => a + b, 0);\n";

/** One step of a scripted agent: files to write, or how else its turn went. */
interface Step {
  write?: Record<string, string | undefined>;
  command?: Record<string, string>;
  ending?: Ending;
}

let root = "";

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "hearth-fix-test-")));
  await write({ "package.json": `{ "type": "module" }`, "shop.js": wrong, "shop.test.js": red });
});

async function write(files: Record<string, string | undefined>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await (text === undefined ? rm(join(root, name)) : writeFile(join(root, name), text));
  }
}

/** Fixes one test of shop.test.js with a scripted agent, real files and a real runner. */
async function fix(
  line: number,
  steps: Step[],
  options: {
    allow?: (asked: number) => boolean;
    rounds?: number;
    firstTimeoutMs?: number;
    signal?: AbortSignal;
    earlier?: Partial<FixTestGoal["earlier"]>;
    save?: () => Promise<void>;
    /** The test file's text when the task began, when that is not its text now. */
    begunWith?: string;
  } = {},
) {
  const reports = new ReportFiles(await mkdtemp(join(tmpdir(), "hearth-reports-")));
  let runs = 0;
  const newId = () => String(++runs);
  const file = join(root, "shop.test.js");
  const programs = new ProcessRunner(root);
  const tests = new ProjectTests({
    rootOf: () => root,
    read: readIfThere,
    programsIn: () => programs,
    reports,
    newId,
  });
  const text = await readFile(file, "utf8");
  const found = await tests.findAt(file, text, line);
  if (found === undefined) {
    throw new Error(`no test at line ${line}`);
  }
  const said: string[] = [];
  const events: NewEvent[] = [];
  const asked: RunPlan[] = [];
  const agent = async (message: string): Promise<AgentTurn> => {
    said.push(message);
    const { write: edits = {}, command, ending } = steps.shift() ?? {};
    await write({ ...edits, ...command });
    return {
      changedFiles: Object.keys(edits),
      ranCommands: command !== undefined,
      ending: ending ?? { reason: "answered", text: "Done." },
    };
  };
  const end = await fixTest(
    {
      ...found,
      text,
      textHash: await sha256(options.begunWith ?? text),
      file: "shop.test.js",
      folder: { root, prefix: "" },
      rounds: options.rounds ?? 5,
      earlier: { round: 0, changedFiles: [], ranCommands: false, ...options.earlier },
    },
    {
      readTestFile: () => readIfThere(file),
      find: (now) => tests.find(file, now),
      plan: (now, signal) => tests.plan(file, now, signal, runs === 0 ? options.firstTimeoutMs : undefined),
      permit: async (plan) => {
        asked.push(plan);
        return options.allow?.(asked.length) ?? true;
      },
      save: async () => options.save?.(),
      run: (plan, signal) => tests.run(plan, () => undefined, signal),
      agent,
      emit: async (event) => {
        events.push(event);
      },
    },
    options.signal ?? new AbortController().signal,
  );
  return { end, said, asked, runs, story: events.map(tell) };
}

function tell(event: NewEvent): string {
  switch (event.type) {
    case "verify_started":
      return `round ${event.round} of ${event.rounds}: run`;
    case "verdict_given":
      return `round ${event.round}: ${event.outcome}`;
    default:
      return event.type;
  }
}

test("the agent gets the failure, edits, and the report of the next run ends the task as fixed", async () => {
  const { end, said, asked, story } = await fix(5, [{ write: { "shop.js": right } }]);
  expect(story).toEqual(["round 0 of 5: run", "round 0: failed", "round 1 of 5: run", "round 1: passed"]);
  expect(end).toMatchObject({
    kind: "fixed",
    reason: "fixed",
    rounds: 1,
    changedFiles: ["shop.js"],
    testFileChanged: false,
  });
  expect(end.text).toBe(`"the total counts every item" passes now. The runner reports that this test ran and passed.`);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('Fix the test "the total counts every item" in shop.test.js, line 5. The test failed.');
  expect(said[0]).toContain("1 !== 3");
  expect(said[0]).toContain("at shop.test.js:5:");
  expect(said[0]).not.toContain(root);
  expect(asked.map(({ shown }) => shown)).toEqual([
    "node --test --test-reporter=hearth:report --test-reporter-destination=hearth:report --test-reporter=spec --test-reporter-destination=stdout '--test-name-pattern=^the total counts every item$' shop.test.js",
  ]);
});

test("what a formatter does to the test's file when it is saved is not taken for a change of the test", async () => {
  const save = () => write({ "shop.test.js": red.replace("total([1, 2])", "total([ 1, 2 ])") });
  const { end, story } = await fix(5, [{ write: { "shop.js": right } }], { save });
  expect(story.at(-1)).toBe("round 1: passed");
  expect(end).toMatchObject({ kind: "fixed", testFileChanged: false });
});

test("a test that passes already is said to, and the model is not asked", async () => {
  const { end, said, story } = await fix(6, []);
  expect(end).toMatchObject({ kind: "already_passes", reason: "nothing_to_fix", rounds: 0 });
  expect(end.text).toBe('"green" passes already; there is nothing to fix.');
  expect([said, story]).toEqual([[], ["round 0 of 5: run", "round 0: passed"]]);
});

test("without permission nothing runs", async () => {
  const { end, said, story } = await fix(5, [], { allow: () => false });
  expect(end).toMatchObject({ kind: "not_allowed", reason: "stopped", changedFiles: [] });
  expect([said, story]).toEqual([[], []]);
});

test("a test that is skipped cannot be fixed, and the reason is said", async () => {
  const { end, said } = await fix(7, []);
  expect(end).toMatchObject({ kind: "cannot_run", reason: "failed", trouble: { code: "test_not_run" } });
  expect(end.text).toContain("The test did not run: it is marked `skip`.");
  expect(said).toEqual([]);
});

test("each round tells the model what is left of the failure, and that it is the same one", async () => {
  const almost = "export const total = (items) => items.length + 7;\n";
  const { end, said, asked, story } = await fix(5, [
    { write: { "shop.js": `${wrong}\n` } },
    { write: { "shop.js": almost } },
    { write: { "shop.js": right } },
  ]);
  expect(end).toMatchObject({ kind: "fixed", rounds: 3 });
  expect(said[1]).toContain("The test failed. It is the same failure as before.");
  expect(said[2]).toContain("9 !== 3");
  expect(said[2]).toContain("3 tries are left.");
  expect(asked).toHaveLength(1);
  expect(story.filter((line) => line.endsWith("run"))).toHaveLength(4);
});

test("after the last round the task ends as not fixed", async () => {
  const { end, said } = await fix(
    5,
    [{ write: { "shop.js": `${wrong}// 1` } }, { write: { "shop.js": `${wrong}// 2` } }],
    { rounds: 2 },
  );
  expect(end).toMatchObject({ kind: "not_fixed", reason: "not_fixed", rounds: 2 });
  expect(end.text).toBe('"the total counts every item" still fails. 2 rounds are over.');
  expect(said).toHaveLength(2);
});

test("a model that changes nothing is reminded once", async () => {
  const idle = await fix(5, [{}, {}]);
  expect(idle.end).toMatchObject({ kind: "not_fixed", rounds: 2 });
  expect(idle.said[1]).toContain("No file was changed");
  const late = await fix(5, [{}, { write: { "shop.js": right } }]);
  expect(late.end).toMatchObject({ kind: "fixed", rounds: 2 });
});

test("a command of the model may have fixed it, so the test is run again", async () => {
  const { end } = await fix(5, [{ command: { "shop.js": right } }]);
  expect(end).toMatchObject({ kind: "fixed", changedFiles: [] });
});

test("a pass with a changed test file says so", async () => {
  const weaker = red.replace("total([1, 2]), 3", "total([1, 2]), 1");
  const { end } = await fix(5, [
    { write: { "shop.test.js": `// moved\n${weaker}`, "package.json": `{ "type": "module", "scripts": {} }` } },
  ]);
  expect(end).toMatchObject({ kind: "fixed", testFileChanged: true });
  expect(end.text).toContain("The test file itself was changed: read that change before you trust the result.");
  expect(end.text).toContain("Also changed, and it can decide how tests run: package.json.");
});

test("skipping, renaming or deleting the test does not count as fixing it", async () => {
  const outcomes = async (edit: string | undefined) =>
    (await fix(5, [{ write: { "shop.test.js": edit } }], { rounds: 1 })).story.at(-1);
  expect(await outcomes(red.replace('test("the total', 'test.skip("the total'))).toBe("round 1: not_run");
  await write({ "shop.test.js": red });
  expect(await outcomes(red.replace("the total counts", "the sum counts"))).toBe("round 1: missing");
  await write({ "shop.test.js": red });
  expect(await outcomes(undefined)).toBe("round 1: missing");
  await write({ "shop.test.js": red });
  expect(await outcomes(`process.exit(0);\n${red}`)).toBe("round 1: missing");
});

test("a test that hangs is ended, and that is the failure to fix", async () => {
  const { end, said, story } = await fix(8, [{ write: { "shop.test.js": red.replace("for (;;)", "if (false)") } }], {
    firstTimeoutMs: 2_500,
  });
  expect(story).toEqual(["round 0 of 5: run", "round 0: timed_out", "round 1 of 5: run", "round 1: passed"]);
  expect(said[0]).toContain("longer than 3 seconds");
  expect(end.kind).toBe("fixed");
});

test("a model that fails ends the task with its trouble, but an edit before that is still checked", async () => {
  const trouble = { code: "no_server", message: "No answer.", remedy: "Start the server." };
  const ending: Ending = { reason: "model_failed", text: "No answer.", trouble };
  const failed = await fix(5, [{ ending }]);
  expect(failed.end).toMatchObject({ kind: "model_failed", reason: "model_failed", trouble });
  const edited = await fix(5, [{ ending, write: { "shop.js": right } }]);
  expect(edited.end).toMatchObject({ kind: "fixed" });
});

test("being stopped is an end, during a run as well as while the model works", async () => {
  const byUser = await fix(5, [{ ending: { reason: "stopped", text: "Stopped." }, write: { "shop.js": right } }]);
  expect(byUser.end).toMatchObject({ kind: "stopped", reason: "stopped" });
  const stopping = new AbortController();
  setTimeout(() => stopping.abort(), 300);
  const duringRun = await fix(8, [], { signal: stopping.signal });
  expect(duringRun.end).toMatchObject({ kind: "stopped" });
});

test("a command that changed is asked for again", async () => {
  const scripts = `{ "type": "module", "scripts": { "test": "node --no-warnings --test" } }`;
  const { end, asked } = await fix(5, [{ write: { "package.json": scripts, "shop.js": right } }], {
    allow: (time) => time === 1,
  });
  expect(asked).toHaveLength(2);
  expect(asked[1]?.shown).toContain("node --no-warnings --test");
  const expected: FixTestEnd["kind"] = "not_allowed";
  expect(end.kind).toBe(expected);
});

test("a task that is taken up again and whose earlier edits made the test pass ends as fixed", async () => {
  await write({ "shop.js": right });
  const byEdit = await fix(5, [], { earlier: { round: 2, changedFiles: ["shop.js", "package.json"] } });
  expect(byEdit.end).toMatchObject({ kind: "fixed", reason: "fixed", changedFiles: ["shop.js", "package.json"] });
  expect(byEdit.end.text).toContain('"the total counts every item" passes now.');
  expect(byEdit.end.text).toContain("Also changed, and it can decide how tests run: package.json.");
  const byCommand = await fix(5, [], { earlier: { round: 2, ranCommands: true } });
  expect(byCommand.end).toMatchObject({ kind: "fixed" });
});

test("a task that is taken up again says that the test file was changed since it began", async () => {
  await write({ "shop.test.js": red.replace("total([1, 2]), 3", "total([1, 2]), 1") });
  const { end } = await fix(5, [], { begunWith: red, earlier: { round: 1, changedFiles: ["shop.test.js"] } });
  expect(end).toMatchObject({ kind: "fixed", testFileChanged: true });
  expect(end.text).toContain("The test file itself was changed: read that change before you trust the result.");
});

test("a task that is taken up again has the rounds that are left", async () => {
  const { end, story } = await fix(5, [{ write: { "shop.js": `${wrong}// 1` } }], { earlier: { round: 4 } });
  expect(story).toEqual(["round 4 of 5: run", "round 4: failed", "round 5 of 5: run", "round 5: failed"]);
  expect(end).toMatchObject({ kind: "not_fixed", text: expect.stringContaining("5 rounds are over.") });
});

test("without permission a task that is taken up again does not say that nothing was changed", async () => {
  const { end } = await fix(5, [], { allow: () => false, earlier: { round: 1, changedFiles: ["shop.js"] } });
  expect(end.text).toBe("The test was not run, because you did not allow its command.");
});
