import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Elsewhere, reasonAgainstElsewhere, startElsewhere } from "../../test/support/elsewhere";
import { fails, says } from "../../test/support/model-server";
import { AgentError } from "../core/errors";
import { Gateway } from "./gateway";
import { type Grant, Grants } from "./grants";
import { Ledger } from "./ledger";

/** A grant holds also for a server of the network that the user allowed by name, which needs none. */
const against = reasonAgainstElsewhere();
const elsewhere = test.skipIf(against !== undefined);

let there: Elsewhere | undefined;
let folder: string;
let ledger: Ledger;
let grants: Grants;
let gateway: Gateway;
let origin: string;
let sentBefore: number;

const purpose = { purpose: "chat", taskId: "t1", endpoint: "Box", model: "big" };

beforeAll(async () => {
  const script = Array.from({ length: 20 }, () => says("ok", { fault: { kind: "no_done" } }));
  there = against === undefined ? await startElsewhere({ place: "network", script }) : undefined;
  origin = there?.baseUrl.replace(/\/v1$/, "") ?? "";
});
afterAll(() => there?.close());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-network-"));
  ledger = new Ledger(folder);
  grants = new Grants();
  gateway = new Gateway({ ledger, grants, networkOrigins: () => [origin] });
  sentBefore = there?.chats.length ?? 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function give(more: Partial<Grant> = {}): void {
  const limits = { maxRequests: 3, maxBytes: 1_000 };
  const what = { shown: new TextEncoder().encode("shown"), lasting: 3 };
  grants.give({ id: "g1", taskId: "t1", endpoint: "Box", origin, model: "big", ...limits, ...what, ...more });
}

async function send(body: string, more: object = {}): Promise<string> {
  const init = { method: "POST", body };
  const response = await gateway.fetch(`${origin}/v1/chat/completions`, init, { ...purpose, ...more });
  return response.text();
}

async function refusal(work: Promise<unknown>): Promise<AgentError> {
  const error = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AgentError);
  return error as AgentError;
}

const sent = () => there?.chats.slice(sentBefore).map(({ body }) => body);

elsewhere(
  "S-N8 exactly what was shown is sent to an allowed server of the network, and it is on record with its grant",
  async () => {
    give();

    expect((await refusal(send("something else"))).code).toBe("grant_refused");
    await send("shown");

    expect(sent()).toEqual(["shown"]);
    expect((await ledger.read(1)).at(-1)).toMatchObject({ where: "network", grant: "g1", bodyBytes: 5, shownBytes: 5 });
  },
);

elsewhere("S-N8 a grant for an allowed server of the network ends with its number of requests", async () => {
  give({ maxRequests: 1 });
  await send("shown");

  expect((await refusal(send("shown again"))).message).toMatch(/limit/);
  expect(grants.active).toEqual([]);
  expect(sent()).toEqual(["shown"]);
});

elsewhere("S-N8 the end of a grant breaks off what is under way to an allowed server of the network", async () => {
  const slow = await startElsewhere({
    place: "network",
    script: [fails({ kind: "stall", afterBytes: 10 }, { text: "half" })],
  });
  const root = slow.baseUrl.replace(/\/v1$/, "");
  const allowing = new Gateway({ ledger, grants, networkOrigins: () => [root] });
  give({ origin: root });
  const init = { method: "POST", body: "shown" };
  const response = await allowing.fetch(`${root}/v1/chat/completions`, init, purpose);

  grants.end({ taskId: "t1" });

  await expect(response.text()).rejects.toMatchObject({ code: "grant_ended" });
  await slow.close();
});

elsewhere("S-N1 a model that an allowed server of the network passes on gets no byte without a grant", async () => {
  const forwardedTo = "cloud.example";

  expect(await refusal(send("shown", { forwardedTo }))).toMatchObject({
    code: "not_local",
    message: expect.stringContaining(forwardedTo),
  });
  expect(sent()).toEqual([]);

  give();
  await send("shown", { forwardedTo });
  expect(sent()).toEqual(["shown"]);
  expect(await ledger.sentence()).toMatch(/left for the internet \(cloud\.example\)/);
});

elsewhere(
  "a model that an allowed server of the network passes on is used where the user opened it to all tasks",
  async () => {
    const open = { endpoint: "Box", origin, model: "big" };
    const passedOn = { forwardedTo: "cloud.example" };
    gateway = new Gateway({ ledger, grants, networkOrigins: () => [origin], remoteEndpoints: () => [open] });
    await send("open", passedOn);
    gateway = new Gateway({ ledger, grants, remoteEndpoints: () => [open] });

    expect((await refusal(send("not allowed", passedOn))).code).toBe("not_local");
    expect(sent()).toEqual(["open"]);
  },
);

elsewhere("other tasks and questions to an allowed server of the network need no grant and take none", async () => {
  give({ maxRequests: 1 });

  await send("hello", { taskId: "t2" });
  await send("what do you have?", { taskId: undefined });

  expect(grants.active).toMatchObject([{ requests: 0 }]);
  expect(sent()).toEqual(["hello", "what do you have?"]);
});

elsewhere("what goes to an allowed server of the network is on record before its answer is whole", async () => {
  const slow = await startElsewhere({
    place: "network",
    script: [fails({ kind: "stall", afterBytes: 10 }, { text: "half" })],
  });
  const root = slow.baseUrl.replace(/\/v1$/, "");
  const allowing = new Gateway({ ledger, grants, networkOrigins: () => [root] });
  const stop = new AbortController();
  const init = { method: "POST", body: "my source", signal: stop.signal };
  const response = await allowing.fetch(`${root}/v1/chat/completions`, init, purpose);

  const [underWay] = await new Ledger(folder).read(1);
  expect(underWay).toMatchObject({ where: "network", status: null, bytesOut: 9, address: new URL(root).hostname });
  expect(await new Ledger(folder).sentence()).toMatch(/in 1 request went to your network/);

  stop.abort();
  await expect(response.text()).rejects.toThrow();
  expect(await ledger.read(1)).toMatchObject([{ id: underWay?.id, status: 200 }]);
  await slow.close();
});

elsewhere("without a record nothing goes to an allowed server of the network", async () => {
  const unwritable = new Gateway({ ledger: new Ledger("/dev/null/ledger"), grants, networkOrigins: () => [origin] });
  const init = { method: "POST", body: "my source" };

  const error = await refusal(unwritable.fetch(`${origin}/v1/chat/completions`, init, purpose));

  expect(error.message).toContain("Nothing was sent");
  expect(sent()).toEqual([]);
  await expect.poll(() => there?.openConnections()).toBe(0);
});

elsewhere("a request that no allowed server of the network took is not on record", async () => {
  const off = `${new URL(origin).protocol}//${new URL(origin).hostname}:9`;
  const allowing = new Gateway({ ledger, grants, networkOrigins: () => [off] });

  expect((await refusal(allowing.fetch(`${off}/`, {}, purpose))).code).toBe("server_down");

  expect(await ledger.read(1)).toEqual([]);
});
