import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakes, MemoryFiles, portsOf, ScriptedApprover, user } from "../../../test/fakes/ports";
import type { AgentEvent, Mode } from "../../core/events";
import type { Answer, CommandResult, Search, Shell } from "../../core/ports";
import { Task } from "../../core/task";
import { Gateway } from "../../net/gateway";
import { Ledger } from "../../net/ledger";
import { OpenAiModel } from "../model";
import { practiceEndpoint, practiceOrigin, practiceServer } from "./server";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hearth-practice-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

const sample = new URL("../../../sample/", import.meta.url);

async function sampleFiles(prefix = ""): Promise<Record<string, string>> {
  const names = ["src/basket.js", "src/shipping.js", "test/basket.test.js", "package.json"];
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, sample), "utf8")));
  return Object.fromEntries(names.map((name, index) => [prefix + name, texts[index] ?? ""]));
}

/** Judges by what the code in the workspace really returns. */
class HonestShell implements Shell {
  readonly commands: { command: string; cwd: string }[] = [];

  constructor(private readonly files: MemoryFiles) {}

  async run({ command, cwd }: { command: string; cwd: string }): Promise<CommandResult> {
    this.commands.push({ command, cwd });
    const source = [...this.files.texts].find(([path]) => path.endsWith("src/basket.js"))?.[1] ?? "";
    const { applyVoucher } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
    const good = applyVoucher(300, 500) === 0 && applyVoucher(2000, 500) === 1500;
    return { exitCode: good ? 0 : 1, output: good ? "pass 5" : "fail 1", durationMs: 1, ended: "exited" };
  }

  async script(): Promise<string | undefined> {
    return "node --test";
  }
}

function searchIn(files: MemoryFiles): Search {
  return {
    async find({ pattern }) {
      const hits = [...files.texts].flatMap(([path, text]) =>
        text
          .split("\n")
          .flatMap((line, index) => (line.includes(pattern) ? [{ path, line: index + 1, text: line }] : [])),
      );
      return { hits, more: false };
    },
  };
}

async function lesson(mode: Mode, answers: Answer[], contents?: Record<string, string>) {
  const files = new MemoryFiles(contents ?? (await sampleFiles()));
  const shell = new HonestShell(files);
  const approver = new ScriptedApprover(answers);
  const ledger = new Ledger(folder);
  const gateway = new Gateway({ ledger, inProcess: new Map([[practiceOrigin, practiceServer({ wordDelayMs: 0 })]]) });
  const model = new OpenAiModel({
    endpoint: practiceEndpoint,
    kind: "practice",
    gateway,
    keys: { get: async () => undefined },
  });
  const task = new Task("t1", {
    ...portsOf(fakes({ files, approver })),
    shell,
    search: searchIn(files),
    model: () => model,
  });
  await task.begin({ mode, title: "Lesson", endpoint: practiceEndpoint });
  return { task, files, shell, approver, ledger };
}

function toolsUsed(events: readonly AgentEvent[]): string[] {
  return events.flatMap((event) => (event.type === "action_proposed" ? [event.action.tool] : []));
}

const yes = { allow: true };

test.each([
  "Fix the failing test.",
  "Can you make the tests pass?",
  "The voucher test is red, please repair it",
  "why is a test failing? fix it",
])("in plan mode “%s” goes from reading over a plan, an edit and a command to an honest end", async (request) => {
  const { task, files, shell } = await lesson("plan", [yes, yes, yes]);

  const ending = await task.say(user(request));

  expect(toolsUsed(task.events)).toEqual([
    "search_text",
    "read_file",
    "read_file",
    "propose_plan",
    "read_file",
    "edit_file",
    "run_command",
  ]);
  expect(files.texts.get("src/basket.js")).toContain("return amount > voucher ? amount - voucher : 0;");
  expect(shell.commands).toEqual([{ command: "npm test", cwd: "." }]);
  expect(ending).toMatchObject({ reason: "answered", text: expect.stringContaining("every test passes") });
});

test("in act mode it works without a plan", async () => {
  const { task, files } = await lesson("act", [yes, yes]);

  await task.say(user("Fix the failing test."));

  expect(toolsUsed(task.events)).toEqual(["search_text", "read_file", "read_file", "edit_file", "run_command"]);
  expect(files.texts.get("src/basket.js")).toContain("voucher : 0");
});

test("a rejected edit with a remark about Math.max comes back with Math.max", async () => {
  const { task, files } = await lesson("act", [{ allow: false, remark: "use Math.max" }, yes, yes]);

  await task.say(user("Fix the failing test."));

  expect(files.texts.get("src/basket.js")).toContain("return Math.max(0, amount - voucher);");
});

test("any other remark makes it ask, and it does what is answered", async () => {
  const { task, files } = await lesson("act", [
    { allow: false, remark: "I do not like this" },
    { allow: true, remark: "With Math.max" },
    yes,
    yes,
  ]);

  await task.say(user("Fix the failing test."));

  expect(toolsUsed(task.events)).toContain("ask_user");
  expect(files.texts.get("src/basket.js")).toContain("Math.max");
});

test("an edit that is rejected without a word is not repeated", async () => {
  const { task, files, shell } = await lesson("act", [{ allow: false }]);

  const ending = await task.say(user("Fix the failing test."));

  expect(ending?.text).toMatch(/the test still fails/);
  expect(files.applied).toEqual([]);
  expect(shell.commands).toEqual([]);
});

test("a rejected command is told honestly", async () => {
  const { task } = await lesson("act", [yes, { allow: false }]);

  expect((await task.say(user("Fix the failing test.")))?.text).toMatch(/not run/);
});

test("a plan that is not approved ends the turn without a change", async () => {
  const { task, files } = await lesson("plan", [{ allow: false }]);

  expect((await task.say(user("Fix the failing test.")))?.text).toMatch(/nothing was changed/);
  expect(files.applied).toEqual([]);
});

test("when Hearth runs the test itself, it reads, edits and ends its turn", async () => {
  const { task, files, shell } = await lesson("act", [yes]);
  const text =
    'Fix the test "a voucher never makes the amount negative" in test/basket.test.js, line 21. It failed.\n\nThe test is run again after your edits, so you need not run it.';

  await task.say({ text, attachments: [], by: "hearth" });

  expect(toolsUsed(task.events)).toEqual(["read_file", "edit_file"]);
  expect(files.texts.get("src/basket.js")).toContain("voucher : 0");
  expect(shell.commands).toEqual([]);

  const again = await task.say({
    text: "The test was run again after your edits. It failed.",
    attachments: [],
    by: "hearth",
  });
  expect(again?.text).toMatch(/real model/);
});

test("the sample may be a folder of a larger workspace", async () => {
  const { task, files, shell } = await lesson("act", [yes, yes], await sampleFiles("sample/"));

  await task.say(user("Fix the failing test."));

  expect(files.texts.get("sample/src/basket.js")).toContain("voucher : 0");
  expect(shell.commands).toEqual([{ command: "npm test", cwd: "sample" }]);
});

test("a wish after the end is done too", async () => {
  const { task, files } = await lesson("act", [yes, yes, yes, yes]);
  await task.say(user("Fix the failing test."));

  await task.say(user("Use Math.max instead."));

  expect(files.texts.get("src/basket.js")).toContain("Math.max");
});

test.each([
  "What is the weather?",
  "Explain how shipping is calculated.",
  "Hello",
  "Add a discount for regular customers",
])("“%s” is answered with what it is and how to connect a model", async (request) => {
  const { task } = await lesson("act", []);

  const ending = await task.say(user(request));

  expect(ending?.text).toMatch(/I am a script, not a model/);
  expect(ending?.text).toMatch(/Ollama/);
  expect(toolsUsed(task.events)).toEqual([]);
});

test("in another folder it says that this is not the sample", async () => {
  const { task } = await lesson("act", [], { "main.py": "print(1)" });

  expect((await task.say(user("Fix the failing test.")))?.text).toMatch(/not the sample project/);
});

test("its requests are in the ledger as practice, on this machine and without a socket", async () => {
  const { task, ledger } = await lesson("act", []);
  await task.say(user("Hello"));

  const [entry] = await ledger.read(1);
  expect(entry).toMatchObject({ purpose: "practice chat", where: "machine", address: "in-process", status: 200 });
  expect(entry?.bytesOut).toBeGreaterThan(1000);
});

test("every turn appends to the one before it, also from plan to act", async () => {
  const sent: string[] = [];
  const server = practiceServer({ wordDelayMs: 0 });
  const gateway = new Gateway({
    ledger: new Ledger(folder),
    inProcess: new Map([
      [
        practiceOrigin,
        async (request) => {
          sent.push(await request.clone().text());
          return server(request);
        },
      ],
    ]),
  });
  const files = new MemoryFiles(await sampleFiles());
  const model = new OpenAiModel({
    endpoint: practiceEndpoint,
    kind: "practice",
    gateway,
    keys: { get: async () => undefined },
  });
  const ports = {
    ...portsOf(fakes({ files, approver: new ScriptedApprover([yes, yes, yes]) })),
    shell: new HonestShell(files),
    search: searchIn(files),
    model: () => model,
  };
  const task = new Task("t1", ports);
  await task.begin({ mode: "plan", title: "Lesson", endpoint: practiceEndpoint });
  await task.say(user("Fix the failing test."));

  expect(sent.length).toBeGreaterThan(5);
  for (const [index, later] of sent.slice(1).entries()) {
    const earlier = sent[index] ?? "";
    expect(later.startsWith(earlier.slice(0, earlier.lastIndexOf('],"max_tokens"')))).toBe(true);
  }
});

test("Stop ends it in the middle of a word", async () => {
  const gateway = new Gateway({
    ledger: new Ledger(folder),
    inProcess: new Map([[practiceOrigin, practiceServer({ wordDelayMs: 50 })]]),
  });
  const model = new OpenAiModel({
    endpoint: practiceEndpoint,
    kind: "practice",
    gateway,
    keys: { get: async () => undefined },
  });
  const stop = new AbortController();
  const stream = model.reply({ system: "", tools: [], messages: [{ role: "user", text: "Hi" }] }, stop.signal);
  await stream.next();
  stop.abort();
  let next = await stream.next();
  while (!next.done) {
    next = await stream.next();
  }
  expect(next.value).toMatchObject({ stop: "aborted" });
  expect(next.value.text).toMatch(/^I /);
});
