import { afterEach, expect, test } from "vitest";
import { MemoryFiles, user } from "../../../test/fakes/ports";
import { type Elsewhere, reasonAgainstElsewhere, startElsewhere } from "../../../test/support/elsewhere";
import {
  calls,
  fails,
  type ModelServer,
  type ScriptedReply,
  says,
  startModelServer,
} from "../../../test/support/model-server";
import { Ollama } from "../../../test/support/personalities";
import { startProxy } from "../../../test/support/proxy";
import { syntheticSecrets } from "../../core/escalation/testing/synthetic-secrets";
import type { AgentEvent } from "../../core/events";
import { key, openScene, type Scene } from "./testing/scene";

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) {
    await close();
  }
});

/** A server of this machine that says it passes on what it gets: as far away as any other. */
async function passingOn(script: ScriptedReply[]): Promise<ModelServer> {
  const personality = new Ollama({ models: [{ name: "big-model", remoteHost: "https://cloud.example" }] });
  const server = await startModelServer({ script, personality, models: ["big-model"] });
  closing.push(() => server.close());
  return server;
}

async function here(script: ScriptedReply[]): Promise<ModelServer> {
  const server = await startModelServer({ script });
  closing.push(() => server.close());
  return server;
}

async function sceneWith(
  scripts: { here: ScriptedReply[]; there: ScriptedReply[] },
  files: Record<string, string> = {},
): Promise<{ scene: Scene; local: ModelServer; remote: ModelServer }> {
  const [local, remote] = [await here(scripts.here), await passingOn(scripts.there)];
  const scene = await openScene(
    local.baseUrl,
    { baseUrl: remote.baseUrl, model: "big-model" },
    { files: new MemoryFiles(files) },
  );
  closing.push(() => scene.close());
  return { scene, local, remote };
}

const bodies = (server: { chats: readonly { raw: Buffer }[] }) => server.chats.map(({ raw }) => raw.toString("utf8"));
const types = (events: readonly AgentEvent[]) =>
  events.map(({ type }) => type).filter((type) => type.startsWith("grant_"));
const broken = fails({ kind: "status", status: 500, body: '{"error":{"message":"the runner stopped"}}' });

test("S-N8 an escalated task sends nothing before it is approved, exactly the preview after, and is local again by itself", async () => {
  const { scene, local, remote } = await sceneWith({ here: [broken, says("Local again.")], there: [says("Solved.")] });
  await scene.task.say(user("Solve it"));
  expect(scene.task.events.at(-1)).toMatchObject({ type: "finished", reason: "model_failed" });

  const draft = await scene.draft();
  const preview = draft.view();
  expect(bodies(remote)).toEqual([]);

  await scene.approve(draft);
  expect(bodies(remote)).toEqual([preview.request.body]);
  expect(scene.task.events.at(-2)).toMatchObject({ type: "finished", reason: "answered", text: "Solved." });
  expect(scene.escalations.views).toEqual([]);

  await scene.task.say(user("And now?"));
  expect(bodies(remote)).toHaveLength(1);
  expect(bodies(local).at(-1)).toContain("And now?");
  expect(types(scene.task.events)).toEqual(["grant_given", "grant_ended"]);
  expect(scene.task.events.findLast(({ type }) => type === "grant_ended")).toMatchObject({
    why: "task_ended",
    requests: 1,
  });
});

test("S-N8 what is sent is what was shown and the new turns; the ledger says so under the grant", async () => {
  const { scene, remote } = await sceneWith(
    {
      here: [broken],
      there: [calls("read_file", { path: "a.ts" }), calls("read_file", { path: "b.ts" }), says("Done.")],
    },
    { "a.ts": "const a = 1;\n", "b.ts": "const b = 2;\n" },
  );
  await scene.task.say(user("Look around"));
  const draft = await scene.draft();
  draft.setAsking(false);
  await draft.rebuild(AbortSignal.timeout(10_000));
  const { body } = draft.view().request;
  await scene.approve(draft);

  const sent = bodies(remote);
  const messages = sent.map((each) => (JSON.parse(each) as { messages: unknown[] }).messages);
  expect(sent[0]).toBe(body);
  expect(messages.map((each) => each.slice(0, messages[0]?.length))).toEqual([messages[0], messages[0], messages[0]]);

  const entries = (await scene.connection.ledger.read(1)).filter(({ grant }) => grant !== undefined);
  expect(entries.map(({ grant }) => grant)).toEqual([draft.grantId, draft.grantId, draft.grantId]);
  expect(entries.map(({ bodyBytes }) => bodyBytes)).toEqual(sent.map((each) => Buffer.byteLength(each)));
  const lasting = draft.grant.lasting;
  expect(entries.map(({ shownBytes }) => shownBytes)).toEqual([Buffer.byteLength(body), lasting, lasting]);
});

test("S-N8 S-N3 through a company's proxy the preview names it, the bytes sent are those shown, and the record says both", async () => {
  const local = await here([broken]);
  const remote = await here([says("Solved.")]);
  const proxy = await startProxy(remote.port);
  closing.push(() => proxy.close());
  const far = { baseUrl: "http://cloud.hearth-example.test/v1", model: "big-model" }; // a name that only the proxy knows
  const scene = await openScene(local.baseUrl, far, {}, { url: proxy.url, allowed: true, env: {} });
  closing.push(() => scene.close());
  await scene.task.say(user("Solve it"));

  const draft = await scene.draft();
  const preview = draft.view();
  expect(preview).toMatchObject({ host: "cloud.hearth-example.test", proxy: proxy.name });
  expect(proxy.connections).toBe(0);

  await scene.approve(draft);
  expect(bodies(remote)).toEqual([preview.request.body]);
  expect(proxy.asked.map(({ to }) => to)).toEqual(["cloud.hearth-example.test:80"]);
  const entries = (await scene.connection.ledger.read(1)).filter(({ grant }) => grant !== undefined);
  expect(entries).toMatchObject([
    { host: "cloud.hearth-example.test", proxy: proxy.name, where: "internet", status: 200 },
  ]);
});

test("what is read while a task is away asks first, unless the user decided otherwise", async () => {
  const { scene } = await sceneWith(
    { here: [broken], there: [calls("read_file", { path: "a.ts" }), says("Done.")] },
    { "a.ts": "const a = 1;\n" },
  );
  scene.fakes.approver.answers.push({ allow: false, remark: "not that one" });
  await scene.task.say(user("Look"));
  await scene.approve(await scene.draft());

  expect(scene.fakes.approver.asked.map(({ title }) => title)).toEqual(["Read a.ts"]);
  await scene.task.say(user("Look again")).catch(() => undefined);
  expect(scene.fakes.approver.asked).toHaveLength(1);
});

test("what is left out is not in a single byte that is sent, and a file for secrets is left out by itself", async () => {
  const { scene, remote } = await sceneWith(
    {
      here: [
        {
          calls: [
            { name: "read_file", arguments: { path: "plan.md" } },
            { name: "read_file", arguments: { path: ".env" } },
          ],
        },
        broken,
      ],
      there: [says("Done.")],
    },
    { "plan.md": "the quiet merger with Globex\n", ".env": "COLOUR=mauve\n" },
  );
  scene.fakes.approver.answers.push({ allow: true }, { allow: true });
  await scene.task.say(user("Read both"));
  const draft = await scene.draft();
  const part = draft.view().parts.find(({ files }) => files.some(({ path }) => path === "plan.md"));
  expect(
    draft
      .view()
      .parts.filter(({ included }) => !included)
      .flatMap(({ files }) => files),
  ).toMatchObject([{ path: ".env" }]);
  expect(draft.view().request.body).toContain("Globex");

  draft.setPart(part?.index ?? -1, false);
  await draft.rebuild(AbortSignal.timeout(10_000));
  await scene.approve(draft);

  const [sent = ""] = bodies(remote);
  expect(sent).not.toMatch(/Globex|mauve/);
  expect(sent.match(/\[left out by the user\]/g)).toHaveLength(2);
});

test("S-I1 of sixty secrets in files, output, errors and calls, none is in the bytes that go out, and the key is in its header alone", async () => {
  const secrets = syntheticSecrets();
  const text = secrets.map(({ value, within }) => (within ? within(value) : value)).join("\n");
  const { scene, remote } = await sceneWith(
    {
      here: [calls("read_file", { path: "notes.txt" }), calls("run_command", { command: "printenv" }), broken],
      there: [calls("read_file", { path: "notes.txt", from: 3 }), says("Done.")],
    },
    { "notes.txt": `${text}\n${key}\n` },
  );
  scene.fakes.shell.result = { exitCode: 1, output: `Error: ${text}`, durationMs: 1, ended: "exited" };
  scene.fakes.approver.answers.push({ allow: true }, { allow: true });
  await scene.task.say(user(`Here: ${text}`));
  await scene.approve(await scene.draft());

  const sent = bodies(remote);
  expect(sent).toHaveLength(2);
  const left = [...secrets.map(({ value, core = value }) => core), key].filter((secret) =>
    sent.some((body) => body.includes(JSON.stringify(secret).slice(1, -1))),
  );
  expect(left).toEqual([]);
  expect(remote.chats[0]?.headers["authorization"]).toBe(`Bearer ${key}`);
});

test("S-N8 another task, and the same one after a reload, does not inherit the grant", async () => {
  const { scene, remote, local } = await sceneWith({
    here: [broken, says("other"), says("resumed")],
    there: [says(["One ", "two"], { betweenMs: 20_000 })],
  });
  await scene.task.say(user("Solve it"));
  void scene.approve(await scene.draft());
  await expect.poll(() => remote.chats.length).toBe(1);

  const other = scene.another("t2");
  await other.begin({ mode: "act", title: "Other", endpoint: scene.local.view });
  await other.say(user("Who answers?"));
  expect(other.events.at(-1)).toMatchObject({ type: "finished" });

  const history = [...scene.task.events];
  scene.task.close(); // the window goes away in the middle of a reply
  scene.escalations.dispose();
  await expect.poll(() => remote.openConnections).toBe(0);
  const again = scene.another("t1", history);
  await scene.escalations.settleRecord(again);
  await again.resume();

  expect(remote.chats).toHaveLength(1);
  expect(local.chats).toHaveLength(3);
  expect(again.events.filter(({ type }) => type === "grant_ended")).toMatchObject([{ why: "window_closed" }]);
});

test("the user takes the permission back in the middle of a reply: the line closes and the rest is local", async () => {
  const { scene, remote, local } = await sceneWith({
    here: [broken, says("I am local.")],
    there: [says(["One ", "two"], { betweenMs: 20_000 })],
  });
  await scene.task.say(user("Solve it"));
  const draft = await scene.draft();
  const over = scene.approve(draft);
  await expect.poll(() => remote.chats.length).toBe(1);
  expect(scene.escalations.views).toMatchObject([{ grantId: draft.grantId, requests: 1, taskTitle: "A hard task" }]);

  await scene.escalations.endGrant(draft.grantId);
  await over;
  expect(scene.task.events.findLast(({ type }) => type === "finished")).toMatchObject({
    reason: "model_failed",
    trouble: { message: expect.stringContaining("permission") },
  });
  await expect.poll(() => remote.openConnections).toBe(0);

  await scene.task.resume();
  expect(local.chats).toHaveLength(2);
  expect(remote.chats).toHaveLength(1);
});

test("a limit of requests ends the permission, and the same work goes on here", async () => {
  const { scene, remote, local } = await sceneWith(
    {
      here: [broken, says("Finished here.")],
      there: [calls("read_file", { path: "a.ts" }), calls("read_file", { path: "a.ts" }), says("never asked")],
    },
    { "a.ts": "1\n" },
  );
  await scene.task.say(user("Solve it"));
  const draft = await scene.draft();
  draft.setLimits(2, 1_000_000);
  draft.setAsking(false);
  await draft.rebuild(AbortSignal.timeout(10_000));
  await scene.approve(draft);

  expect(remote.chats).toHaveLength(2);
  expect(local.chats).toHaveLength(2);
  expect(scene.task.events.findLast(({ type }) => type === "grant_ended")).toMatchObject({
    why: "request_limit",
    requests: 2,
  });
  expect(scene.task.events.at(-1)).toMatchObject({ type: "finished", text: "Finished here." });
});

test("a limit of bytes ends the permission before a request that would go over it", async () => {
  const { scene, remote, local } = await sceneWith(
    { here: [broken, says("Finished here.")], there: [calls("read_file", { path: "a.ts" }), says("never asked")] },
    { "a.ts": "1\n" },
  );
  await scene.task.say(user("Solve it"));
  const draft = await scene.draft();
  draft.setLimits(20, draft.view().request.bytes + 10);
  draft.setAsking(false);
  await draft.rebuild(AbortSignal.timeout(10_000));
  await scene.approve(draft);

  expect(remote.chats).toHaveLength(1);
  expect(local.chats).toHaveLength(2);
  expect(scene.task.events.findLast(({ type }) => type === "grant_ended")).toMatchObject({ why: "byte_limit" });
});

test("a request that alone would go over the limit of bytes is not sent, and the same work goes on here", async () => {
  const { scene, remote, local } = await sceneWith(
    { here: [broken, says("Finished here.")], there: [calls("read_file", { path: "a.ts" }), says("never asked")] },
    { "a.ts": "const a = 1;\n".repeat(300) },
  );
  await scene.task.say(user("Solve it"));
  const draft = await scene.draft();
  const { bytes } = draft.view().request;
  draft.setLimits(20, 2 * bytes + 1_000);
  draft.setAsking(false);
  await draft.rebuild(AbortSignal.timeout(10_000));
  await scene.approve(draft);

  expect(remote.chats).toHaveLength(1);
  expect(local.chats).toHaveLength(2);
  expect(scene.task.events.filter(({ type }) => type === "grant_ended")).toMatchObject([
    { why: "byte_limit", requests: 1, bytes },
  ]);
  const ends = scene.task.events.filter(({ type }) => type === "finished");
  expect(ends).toMatchObject([{ reason: "model_failed" }, { reason: "answered", text: "Finished here." }]);
  expect(scene.escalations.views).toEqual([]);
});

test("a preview counts only as it is shown: a change, another message or an old nonce makes it void", async () => {
  const { scene, remote } = await sceneWith({ here: [broken, says("Hm."), says("Hm.")], there: [] });
  await scene.task.say(user("Solve it"));
  const draft = await scene.draft();
  const { nonce } = draft.view();

  await expect(scene.escalations.approve(draft, "guessed")).rejects.toMatchObject({ code: "stale_preview" });
  draft.setNote("more");
  await expect(scene.escalations.approve(draft, nonce)).rejects.toMatchObject({ code: "stale_preview" });
  await draft.rebuild(AbortSignal.timeout(10_000));
  await expect(scene.escalations.approve(draft, "")).rejects.toMatchObject({ code: "stale_preview" });
  const fresh = draft.view().nonce;
  await scene.task.say(user("One more thing"));
  await expect(scene.escalations.approve(draft, fresh)).rejects.toMatchObject({ code: "stale_preview" });
  expect(remote.chats).toEqual([]);
  expect(types(scene.task.events)).toEqual([]);
});

test("a word to the stronger model goes with the task, and one whose turn it is gets one of its own", async () => {
  const { scene, remote } = await sceneWith({ here: [says("I am done.")], there: [says("Better.")] });
  await scene.task.say(user("Solve it"));
  const draft = await scene.draft();
  expect(draft.view().request.body).toContain("Go on with this task");
  draft.setNote("Use PASSWORD=Corr3ctHorse and think hard");
  await draft.rebuild(AbortSignal.timeout(10_000));
  await scene.approve(draft);

  const [sent = ""] = bodies(remote);
  expect(sent).toContain("Use PASSWORD=[[secret 1: password]] and think hard");
  expect(scene.task.events.findLast(({ type }) => type === "user_said")).toMatchObject({ by: "user" });
});

const forms = [
  {
    wish: "no tools",
    refusal: "big-model does not support tools",
    hasForm: (body: string) => !body.includes('"tools":'),
  },
  {
    wish: "user and assistant alone",
    refusal: "Conversation roles must alternate user/assistant/user/assistant/...",
    hasForm: (body: string) => !body.includes('"role":"system"'),
  },
  {
    wish: "the reasoning of replies with calls back",
    refusal: "thinking is enabled but reasoning_content is missing in assistant tool call message",
    hasForm: (body: string) => body.includes('"reasoning_content":'),
  },
];

/** A server that refuses every chat but those of one form. */
async function demanding({ refusal, hasForm }: (typeof forms)[number]) {
  const refused = fails({ kind: "status", status: 400, body: JSON.stringify({ error: { message: refusal } }) });
  const local = await here([calls("read_file", { path: "a.ts" }), broken]);
  const personality = new Ollama({ models: [{ name: "big-model", remoteHost: "https://cloud.example" }] });
  const respond = ({ raw }: { raw: Buffer }) => (hasForm(raw.toString("utf8")) ? says("Solved.") : refused);
  const remote = await startModelServer({ respond, personality, models: ["big-model"] });
  closing.push(() => remote.close());
  const files = new MemoryFiles({ "a.ts": "1\n" });
  const scene = await openScene(local.baseUrl, { baseUrl: remote.baseUrl, model: "big-model" }, { files });
  closing.push(() => scene.close());
  await scene.task.say(user("Solve it"));
  return { scene, remote };
}

test.each(forms)("a server that wants $wish is not given it unseen; the next preview has that form", async (form) => {
  const { scene, remote } = await demanding(form);
  const first = await scene.draft();
  expect(form.hasForm(first.view().request.body)).toBe(false);
  await scene.approve(first);
  expect(scene.task.events.findLast(({ type }) => type === "finished")).toMatchObject({
    reason: "model_failed",
    trouble: { message: expect.stringContaining("another form"), remedy: expect.stringContaining("preview") },
  });
  expect(remote.chats).toHaveLength(1);

  const second = await scene.draft();
  await scene.approve(second);
  expect(bodies(remote).slice(1)).toEqual([second.view().request.body]);
  expect(scene.task.events.findLast(({ type }) => type === "finished")).toMatchObject({ text: "Solved." });
});

test("a form that did not help is not kept", async () => {
  const { scene, remote } = await demanding({ wish: "", refusal: "Jinja Exception: none", hasForm: () => false });
  await scene.approve(await scene.draft());
  await scene.approve(await scene.draft());

  expect(scene.task.events.findLast(({ type }) => type === "finished")).toMatchObject({
    trouble: { code: "bad_order" },
  });
  const third = await scene.draft();
  expect(third.view().request.body).toContain('"role":"system"');
  expect(bodies(remote)[1]).not.toContain('"role":"system"');
});

test("a task that fixes a test is judged by the test after it came back", async () => {
  const { scene } = await sceneWith({ here: [broken], there: [says("Fixed.")] });
  const fixing = scene.another("t3");
  const goal = { kind: "fix_test" as const, test: { file: "a.test.js", name: "a", line: 1 }, rounds: 5 };
  await fixing.begin({ mode: "act", title: "Fix", endpoint: scene.local.view, goal });
  await fixing.say({ ...user("The test fails."), by: "hearth" });
  await scene.approve(await scene.draft(fixing), fixing);

  expect(scene.fixed).toEqual([fixing]);
});

const against = reasonAgainstElsewhere();

async function far(script: ScriptedReply[]): Promise<Elsewhere> {
  const server = await startElsewhere({ script });
  closing.push(() => server.close());
  return server;
}

test.skipIf(against !== undefined)(
  `S-N8 a server at another address gets no byte before the approval, exactly the preview after, and none once the task ended${against ? ` (left out: ${against})` : ""}`,
  async () => {
    const local = await here([broken, says("Local.")]);
    const server = await far([calls("list_files", {}), says("Solved far away.")]);
    const scene = await openScene(local.baseUrl, { baseUrl: server.baseUrl, model: "big-model" });
    closing.push(() => scene.close());
    await scene.task.say(user("Solve it"));
    const draft = await scene.draft();
    draft.setAsking(false);
    await draft.rebuild(AbortSignal.timeout(10_000));
    expect(draft.view().endpoint.locality).toBe("internet");
    expect(await server.bytesIn()).toBe(0);

    await scene.approve(draft);
    expect(server.chats[0]?.body).toBe(draft.view().request.body);
    expect(server.chats).toHaveLength(2);
    const after = await server.bytesIn();

    await scene.task.say(user("And now?"));
    expect(local.chats).toHaveLength(2);
    expect(await server.bytesIn()).toBe(after);
    const entries = (await scene.connection.ledger.read(1)).filter(({ where }) => where === "internet");
    expect(entries.reduce((sum, { bytesOut }) => sum + bytesOut, 0)).toBe(after);
    expect(entries.every(({ grant }) => grant === draft.grantId)).toBe(true);
  },
);

test.skipIf(against !== undefined)(
  "S-N8 without a grant a configured server elsewhere gets no byte, however it is asked",
  async () => {
    const local = await here([]);
    const server = await far([says("never")]);
    const scene = await openScene(local.baseUrl, { baseUrl: server.baseUrl, model: "big-model" });
    closing.push(() => scene.close());

    const straight = scene.connection.model(scene.remote, { taskId: "t1" });
    const turn = straight.reply(
      { system: "s", tools: [], messages: [{ role: "user", text: "hello" }] },
      AbortSignal.timeout(10_000),
    );
    let next = await turn.next();
    while (!next.done) {
      next = await turn.next();
    }
    expect(next.value.trouble?.code).toBe("not_local");
    expect(await server.bytesIn()).toBe(0);
  },
);
