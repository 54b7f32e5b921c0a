import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Elsewhere, reasonAgainstElsewhere, startElsewhere } from "../../../test/support/elsewhere";
import { says } from "../../../test/support/model-server";
import { syntheticSecrets } from "../../core/escalation/testing/synthetic-secrets";
import type { Model, Reply } from "../../core/ports";
import { MemoryLearned } from "../../endpoint/learned";
import type { EndpointSetting } from "../settings/read-settings";
import { Connection } from "./connection";
import { LocalModels } from "./local-models";
import type { Candidate } from "./model-choice";
import type { ReachPolicy } from "./reach";

const against = reasonAgainstElsewhere();
const elsewhere = test.skipIf(against !== undefined);

let folder: string;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-elsewhere-"));
});
afterEach(async () => {
  for (const close of closing.splice(0)) {
    await close();
  }
  await rm(folder, { recursive: true, force: true });
});

async function server(place: "internet" | "network"): Promise<Elsewhere> {
  const started = await startElsewhere({ place, models: ["big-model"], script: [says("Hello."), says("Again.")] });
  closing.push(() => started.close());
  return started;
}

const profile = (baseUrl: string): EndpointSetting => ({ name: "There", baseUrl, model: "big-model" });
const keys = { get: async () => undefined };

function modelsWith(policy: Partial<ReachPolicy>, endpoints: EndpointSetting[]) {
  const current: ReachPolicy = { localOnly: true, networkServers: [], endpoints, ...policy };
  const ledgerFolder = join(folder, "ledger");
  const learned = new MemoryLearned();
  const proxies = () => ({ allowed: false, env: {} });
  const habits = () => undefined;
  const connection = new Connection({ ledgerFolder, keys, learned, habits, policy: () => current, proxies });
  return { connection, current, ledgerFolder, learned };
}

async function ask(model: Model, text: string): Promise<Reply> {
  const messages = [{ role: "user" as const, text }];
  const turn = model.reply({ system: "s", tools: [], messages }, AbortSignal.timeout(20_000));
  let next = await turn.next();
  while (!next.done) {
    next = await turn.next();
  }
  return next.value;
}

async function candidateAt(connection: Connection, endpoint: EndpointSetting): Promise<Candidate> {
  const [found] = await connection.find([endpoint], AbortSignal.timeout(20_000));
  if (!found) {
    throw new Error("a configured endpoint is always listed");
  }
  return found;
}

elsewhere(
  "S-N5 a server of the network gets no byte before it is allowed, and is asked and used like one here after",
  async () => {
    const there = await server("network");
    const endpoint = profile(there.baseUrl);
    const { connection, current } = modelsWith({}, [endpoint]);

    const before = await candidateAt(connection, endpoint);
    expect(before.reach).toBe("once_allowed");
    expect((await ask(connection.model(before, { taskId: "t1" }), "hello")).trouble?.code).toBe("not_local");
    expect(await there.bytesIn()).toBe(0);

    current.networkServers = [there.baseUrl];
    const after = await candidateAt(connection, endpoint);
    expect(after).toMatchObject({ reach: "free", view: { locality: "network" }, trouble: undefined });
    expect((await ask(connection.model(after, { taskId: "t1" }), "hello")).text).toBe("Hello.");
    expect(await connection.ledger.sentence()).toMatch(/went to your network/);
  },
);

elsewhere(
  "S-N5 an allowed server of the network is looked at again like one here, and once it is no longer allowed not at all",
  async () => {
    const serving = { model: "big-model", window: 40_960 };
    const there = await startElsewhere({ place: "network", serving, script: [says("Hello.")] });
    closing.push(() => there.close());
    const endpoint = profile(there.baseUrl);
    const { connection, current } = modelsWith({ networkServers: [there.baseUrl] }, [endpoint]);
    const candidate = await candidateAt(connection, endpoint);
    expect(candidate.view).toMatchObject({ locality: "network", contextWindow: 40_960 });
    const model = connection.model(candidate, { taskId: "t1" });
    const never = new AbortController().signal;

    await there.serve({ model: "big-model", window: 8_192 });
    await model.refresh?.(never);
    expect(model.endpoint).toMatchObject({ locality: "network", contextWindow: 8_192 });
    expect((await ask(model, "hello")).text).toBe("Hello.");

    await there.serve({ model: "another-model", window: 8_192 });
    await model.refresh?.(never);
    expect((await ask(model, "and now")).trouble?.code).toBe("model_swapped");
    expect(there.chats).toHaveLength(1);

    current.networkServers = [];
    const before = await there.bytesIn();
    await model.refresh?.(never);
    expect((await ask(model, "still there?")).trouble?.code).toBe("not_local");
    expect((await candidateAt(connection, endpoint)).view).not.toHaveProperty("contextWindow");
    expect(await there.bytesIn()).toBe(before);
    const entries = await connection.ledger.read(1);
    expect(entries.filter(({ where }) => where === "network").map(({ purpose }) => purpose)).toContain(
      "ask what is loaded",
    );
  },
);

elsewhere(
  "with local only switched off a task uses a configured server elsewhere, without a secret and on record",
  async () => {
    const there = await server("internet");
    const endpoint = profile(there.baseUrl);
    const { connection, current, ledgerFolder, learned } = modelsWith({ localOnly: false }, [endpoint]);
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const settings = { current, proxies: { allowed: false, env: {} } } as unknown as ConstructorParameters<
      typeof LocalModels
    >[0]["settings"];
    const nothingFound = { code: "no_model", message: "", remedy: "" };
    const models = new LocalModels({
      ledgerFolder,
      settings,
      keys,
      learned,
      habits: () => undefined,
      knownSecrets: async () => [{ name: "password", value: "unseen-Corr3ct" }],
      nothingFound,
      log,
    });

    const candidate = await candidateAt(connection, endpoint);
    expect(candidate.reach).toBe("free");
    const secrets = syntheticSecrets();
    const text = secrets.map(({ value, within }) => (within ? within(value) : value)).join("\n");
    const model = models.connect(candidate, "t1");
    expect((await ask(model, `${text}\nunseen-Corr3ct`)).text).toBe("Hello.");
    expect(model.historyIsFixed ?? false).toBe(false);

    const body = there.chats[0]?.body ?? "";
    const left = secrets.filter(({ value, core = value }) => body.includes(JSON.stringify(core).slice(1, -1)));
    expect(left.map(({ kind }) => kind)).toEqual([]);
    const entries = await (await models.connection()).ledger.read(1);
    expect(entries.find(({ where }) => where === "internet")).toMatchObject({ taskId: "t1", endpoint: "There" });

    current.localOnly = true;
    const before = await there.bytesIn();
    expect((await ask(model, "more")).trouble?.code).toBe("not_local");
    expect(await there.bytesIn()).toBe(before);
    models.dispose();
  },
);
