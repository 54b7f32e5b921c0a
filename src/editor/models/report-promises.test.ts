import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakes, MemoryFiles, portsOf, user } from "../../../test/fakes/ports";
import {
  calls,
  type ModelServer,
  type ScriptedReply,
  says,
  startModelServer,
} from "../../../test/support/model-server";
import { FixedWindow } from "../../../test/support/personalities";
import { Task } from "../../core/task";
import type { CheckUpReport } from "../../endpoint/check-up/report";
import { runCheckUp } from "../../endpoint/check-up/run";
import { ScriptedStudent, type StudentHabits } from "../../endpoint/check-up/testing/scripted-student";
import { factsKey, MemoryLearned } from "../../endpoint/learned";
import { CheckUps } from "./check-ups";
import { Connection } from "./connection";
import type { Candidate } from "./model-choice";
import { viewReport } from "./view-check-up";

/** What a report card says Hearth does differently, seen at the server and in the files. */
let folder: string;
const servers: ModelServer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-promises-"));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await rm(folder, { recursive: true });
});

function memory() {
  const kept = new Map<string, unknown>();
  return {
    get: (key: string) => kept.get(key),
    update: async (key: string, value: unknown) => void kept.set(key, value),
  };
}

/** A server whose model is examined first, and then does what the script says. */
class Scene {
  readonly script: ScriptedReply[] = [];
  readonly checkUps = new CheckUps(memory());
  readonly files = new MemoryFiles({ "a.js": "const a = 1;\n", "b.js": "const b = 2;\n" });
  private readonly learned = new MemoryLearned();
  private readonly connection: Connection;

  private constructor(readonly server: ModelServer) {
    const keys = { get: async () => undefined };
    this.connection = new Connection({
      ledgerFolder: folder,
      keys,
      learned: this.learned,
      habits: (endpoint) => this.checkUps.habits(endpoint),
      policy: () => ({ localOnly: true, networkServers: [], endpoints: [] }),
      proxies: () => ({ allowed: false, env: {} }),
    });
  }

  static async open(habits: StudentHabits, window = 40_960): Promise<Scene> {
    const student = new ScriptedStudent(habits);
    const server = await startModelServer({
      personality: new FixedWindow({ kind: "vllm", model: "test-model", window }),
      respond: (request) => scene.script.shift() ?? student.respond(request),
    });
    servers.push(server);
    const scene = new Scene(server);
    return scene;
  }

  async candidate(): Promise<Candidate> {
    const endpoint = { name: "Test", baseUrl: this.server.baseUrl, model: "test-model" };
    const [found] = await this.connection.find([endpoint], AbortSignal.timeout(20_000));
    return found as Candidate;
  }

  async checkUp(): Promise<CheckUpReport> {
    const model = this.connection.model(await this.candidate(), { purpose: "check-up", habits: () => undefined });
    const { contextWindow, baseUrl } = model.endpoint;
    const learned = () => this.learned.get(factsKey(baseUrl, "test-model"));
    const facts = { contextWindow, seed: "1", learned };
    const report = await runCheckUp(model, facts, () => undefined, AbortSignal.timeout(60_000));
    await this.checkUps.keep(report);
    return report;
  }

  /** What the model was sent while it worked on this, one body after the other. */
  async work(text: string, ...script: ScriptedReply[]): Promise<Body[]> {
    this.script.push(...script);
    const before = this.server.chats.length;
    const model = this.connection.model(await this.candidate(), { taskId: "t1" });
    const given = fakes({ files: this.files, approvals: "trust-this-task" });
    given.approver.answers.push({ allow: true }, { allow: true }, { allow: true });
    const task = new Task("t1", { ...portsOf(given), model: () => model });
    await task.begin({ mode: "act", title: "A task", endpoint: model.endpoint });
    await task.say(user(text));
    expect(given.bugs).toEqual([]);
    return this.server.chats.slice(before).map(({ body }) => body as Body);
  }
}

interface Body {
  messages: { role: string; content: string; tool_calls?: unknown[] }[];
  tools?: unknown[];
  max_tokens: number;
  parallel_tool_calls?: boolean;
}

const results = (body: Body | undefined) =>
  body?.messages.filter(({ role }) => role === "tool").map(({ content }) => content) ?? [];

function expectOnlyAppended(bodies: readonly Body[]): void {
  for (const [index, body] of bodies.entries()) {
    const { messages = [], tools } = bodies[index - 1] ?? body;
    expect(body.tools).toEqual(tools);
    expect(body.messages.slice(0, messages.length)).toEqual(messages);
  }
}

test("a model that makes one call at a time is asked for one, and of several in a reply the first alone is run", async () => {
  const scene = await Scene.open({ oneCallAtATime: true });
  const report = await scene.checkUp();
  expect(report.consequences).toEqual([
    "Of each reply the first tool call alone is run; it is asked to make the others one after the other.",
  ]);
  expect(scene.server.chats.every(({ body }) => (body as Body).parallel_tool_calls === undefined)).toBe(true);

  const read = (path: string) => ({ name: "read_file", arguments: { path } });
  const sent = await scene.work(
    "Read both",
    { calls: [read("a.js"), read("b.js")] },
    calls("read_file", { path: "b.js" }),
    says("Both are constants."),
  );

  expect(results(sent.at(-1))).toEqual([
    "1\tconst a = 1;",
    expect.stringMatching(/^Not run: only the first call of a reply is run\./),
    "1\tconst b = 2;",
  ]);
  expect(sent.map((body) => body.parallel_tool_calls)).toEqual([false, false, false]);
  expectOnlyAppended(sent);
});

test("several calls of a model that manages them are all run", async () => {
  const scene = await Scene.open({});
  expect((await scene.checkUp()).consequences).toEqual([]);
  const read = (path: string) => ({ name: "read_file", arguments: { path } });

  const sent = await scene.work("Read both", { calls: [read("a.js"), read("b.js")] }, says("Done."));

  expect(results(sent.at(-1))).toEqual(["1\tconst a = 1;", "1\tconst b = 2;"]);
  expect(sent.map((body) => body.parallel_tool_calls)).toEqual([undefined, undefined]);
});

test("a model whose edits fail is told to write short files whole, where it reads them and when an edit fails; long ones it edits", async () => {
  const scene = await Scene.open({ edit: "ambiguous_forever" });
  const report = await scene.checkUp();
  expect(report.consequences).toEqual([
    "Reading a file of up to 150 lines, it is told to write it whole instead of editing it; you see the same diff.",
  ]);
  const long = Array.from({ length: 151 }, (_, line) => `const v${line} = 0;`).join("\n");
  scene.files.texts.set("long.js", long);

  const sent = await scene.work(
    "Change a.js",
    calls("read_file", { path: "a.js" }),
    calls("edit_file", { path: "a.js", edits: [{ old_text: "nowhere", new_text: "x" }] }),
    calls("write_file", { path: "a.js", content: "const a = 3;\n" }),
    calls("read_file", { path: "long.js" }),
    calls("edit_file", { path: "long.js", edits: [{ old_text: "nowhere", new_text: "x" }] }),
    says("Done."),
  );

  const [read, failed, , readLong, failedLong] = results(sent.at(-1));
  expect(read).toBe("1\tconst a = 1;\n[To change this file, write it whole with write_file.]");
  expect(failed).toMatch(/\[This file is short: write it whole with write_file instead\.\]$/);
  expect(scene.files.texts.get("a.js")).toBe("const a = 3;\n");
  expect(readLong).not.toContain("write_file");
  expect(failedLong).not.toContain("This file is short");
  expectOnlyAppended(sent);
});

test("a model that cannot call tools is given none and answers, until a new check-up shows that it can", async () => {
  const habits: StudentHabits = { onlyTalks: true };
  const scene = await Scene.open(habits);
  const report = await scene.checkUp();
  expect(report.consequences).toEqual(["It is given no tools: it answers questions from what you show it."]);

  const sent = await scene.work("What is a closure?", says("Let me look: it is a function with its scope:"));

  expect(sent).toHaveLength(1);
  expect(sent[0]).not.toHaveProperty("tools");
  expect(sent[0]?.messages[0]?.content).toContain("In this conversation you have no tools");
  delete habits.onlyTalks;
  expect((await scene.checkUp()).limits.agentMode).toBe(true);
  const [now] = await scene.work("Read a.js", says("Done."));
  expect(now?.tools?.length).toBeGreaterThan(3);
});

test("what a server drops silently limits the conversation and the reply, in the window that was measured and in no other", async () => {
  const scene = await Scene.open({ cutsAbove: 30_000 });
  const report = await scene.checkUp();
  const limit = report.limits.contextTokens ?? 0;
  expect(limit).toBeGreaterThan(2_000);
  expect(report.consequences).toContain(
    `A conversation is kept below ${limit.toLocaleString("en")} tokens, whatever the server says, for as long as its window is the one that was measured.`,
  );
  const { view } = await scene.candidate();

  const [sent] = await scene.work("Hello", says("Hello."));
  expect(sent?.max_tokens).toBeLessThan(limit);

  expect(scene.checkUps.habits(view)?.contextTokens).toBe(limit);
  const widened = { ...view, contextWindow: 131_072 };
  expect(scene.checkUps.habits(widened)?.contextTokens).toBeUndefined();
  expect(viewReport(report, view.contextWindow).consequences).toEqual(report.consequences);
  const shown = viewReport(report, 131_072).consequences;
  expect(shown[0]).toMatch(/^The window has 131,072 tokens now, other than at this check-up/);
  expect(shown.join(" ")).not.toContain("A conversation is kept below");
});
