import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AgentError } from "../core/errors";
import { Gateway } from "./gateway";
import { type Grant, Grants } from "./grants";
import { Ledger, type LedgerEntry } from "./ledger";

let folder: string;
let ledger: Ledger;
let grants: Grants;
let gateway: Gateway;
let origin: string;
let bodies: string[];
let close: () => void;

/** A server here that says it passes on what it gets: reaching it takes a grant, as reaching another machine does. */
const elsewhere = { purpose: "chat", taskId: "t1", endpoint: "Cloud", model: "big", forwardedTo: "cloud.example" };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-grants-"));
  ledger = new Ledger(folder);
  grants = new Grants();
  gateway = new Gateway({ ledger, grants });
  bodies = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (data) => {
      body += data;
    });
    request.on("end", () => {
      bodies.push(body);
      response.end("ok");
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => {
    server.closeAllConnections();
    server.close();
  };
});

afterEach(async () => {
  close();
  await rm(folder, { recursive: true, force: true });
});

const bytes = (text: string) => new TextEncoder().encode(text);

/** The user was shown “shown”, and what comes later begins with “sho”. */
async function give(more: Partial<Grant> = {}): Promise<void> {
  const limits = { maxRequests: 3, maxBytes: 1_000 };
  const what = { shown: bytes("shown"), lasting: 3 };
  grants.give({ id: "g1", taskId: "t1", endpoint: "Cloud", origin, model: "big", ...limits, ...what, ...more });
}

async function send(body: string, more: Partial<typeof elsewhere> = {}): Promise<string> {
  const response = await gateway.fetch(
    `${origin}/v1/chat/completions`,
    { method: "POST", body },
    { ...elsewhere, ...more },
  );
  return response.text();
}

async function refusal(work: Promise<unknown>): Promise<AgentError> {
  const error = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AgentError);
  return error as AgentError;
}

test("S-N8 nothing is sent before the grant, exactly what was shown with it, and nothing after its end", async () => {
  expect((await refusal(send("shown"))).code).toBe("not_local");
  expect(bodies).toEqual([]);

  await give();
  await send("shown");
  await send("sho, and a new turn");
  expect(bodies).toEqual(["shown", "sho, and a new turn"]);

  grants.end({ taskId: "t1" });
  expect((await refusal(send("one more"))).code).toBe("not_local");
  expect(bodies).toHaveLength(2);
});

test("S-N8 the first request is the one that was shown, byte for byte", async () => {
  await give();

  expect((await refusal(send("shown and more"))).code).toBe("grant_refused");

  expect(bodies).toEqual([]);
});

test("an endpoint that the user lets tasks use needs no grant, for tasks and for that model alone", async () => {
  const open = { endpoint: "Cloud", origin, model: "big" };
  const lax = new Gateway({ ledger, grants, remoteEndpoints: () => [open] });
  const ask = (more: object) => lax.fetch(`${origin}/v1/x`, { method: "POST", body: "a" }, { ...elsewhere, ...more });

  expect(await (await ask({})).text()).toBe("ok");
  for (const more of [{ model: "other" }, { endpoint: "Other" }, { taskId: undefined }]) {
    expect((await refusal(ask(more))).code).toBe("not_local");
  }
  expect(bodies).toEqual(["a"]);
});

test("S-N8 what follows begins with what was shown: other bytes are refused", async () => {
  await give();
  await send("shown");

  for (const other of ["she said", "sh", "sho", "", " shown"]) {
    expect((await refusal(send(other))).code, other).toBe("grant_refused");
  }
  expect(bodies).toEqual(["shown"]);
});

test("S-N8 a grant that ends breaks off what is under way, and says so", async () => {
  const slow = createServer((request, response) => {
    request.resume();
    response.write("half");
  });
  await new Promise<void>((done) => slow.listen(0, "127.0.0.1", done));
  const port = (slow.address() as AddressInfo).port;
  await give({ origin: `http://127.0.0.1:${port}` });
  const init = { method: "POST", body: "shown" };
  const response = await gateway.fetch(`http://127.0.0.1:${port}/`, init, elsewhere);

  grants.end({ id: "g1" });

  await expect(response.text()).rejects.toMatchObject({ code: "grant_ended" });
  slow.closeAllConnections();
  slow.close();
});

test.each([
  ["another task", { taskId: "t2" }],
  ["no task", { taskId: undefined as unknown as string }],
  ["another model", { model: "bigger" }],
  ["another endpoint", { endpoint: "Other" }],
])("S-N8 %s does not inherit the grant", async (_, more) => {
  await give();

  expect((await refusal(send("shown", more))).code).toBe("not_local");

  expect(bodies).toEqual([]);
});

test("S-N8 another origin does not inherit the grant", async () => {
  await give({ origin: "https://api.example.com:443" });

  expect((await refusal(send("shown"))).code).toBe("not_local");
});

test("a grant ends with its number of requests", async () => {
  await give({ maxRequests: 1 });
  await send("shown");

  expect((await refusal(send("shown again"))).message).toMatch(/limit/);
  expect(grants.active).toEqual([]);
  expect(bodies).toEqual(["shown"]);
});

test("a grant ends before the request that would go over its bytes", async () => {
  await give({ maxBytes: 10 });
  await send("shown");

  expect((await refusal(send("shown, and more than what is left"))).message).toMatch(/limit/);
  expect(bodies).toEqual(["shown"]);
});

test("what is standing can be watched", async () => {
  const seen: number[] = [];
  grants.onChange(() => seen.push(grants.active[0]?.requests ?? -1));

  await give();
  await send("shown");
  grants.end({ id: "g1" });

  expect(seen).toEqual([0, 1, -1]);
});

test("a grant that a limit ends says which one, and what was sent under it", async () => {
  const ends: unknown[] = [];
  grants.onChange((over) => ends.push(over && [over.why, over.state.id, over.state.requests, over.state.bytes]));

  await give({ maxBytes: 10 });
  await send("shown");
  expect((await refusal(send("shown, and more than what is left"))).code).toBe("grant_limit");
  await give({ maxRequests: 1 });
  await send("shown");
  expect((await refusal(send("shown again"))).code).toBe("grant_limit");

  expect(ends.filter((end) => end !== undefined)).toEqual([
    ["byte_limit", "g1", 1, 5],
    ["request_limit", "g1", 1, 5],
  ]);
  expect((await ledger.read(1)).filter(({ refused }) => refused !== undefined)).toHaveLength(2);
});

test("requests of two at once do not share one place in the grant", async () => {
  await give({ maxRequests: 2 });
  await send("shown");

  const all = await Promise.allSettled([send("shown 1"), send("shown 2"), send("shown 3")]);

  expect(all.filter((one) => one.status === "fulfilled")).toHaveLength(1);
  expect(bodies).toHaveLength(2);
});

test("what leaves is in the ledger under its grant, and in the sentence of the day", async () => {
  await give();
  await send("shown");

  const [entry] = await ledger.read(1);
  expect(entry).toMatchObject({ grant: "g1", forwardedTo: "cloud.example", status: 200, bodyBytes: 5, shownBytes: 5 });
  expect(entry?.bytesOut).toBeGreaterThan(100);
  expect(await ledger.sentence()).toMatch(/^Today \d+ bytes in 1 request left for the internet \(cloud\.example\)\.$/);
});

test("what leaves is on record before it is sent: without a record nothing leaves", async () => {
  const unwritable = new Gateway({ ledger: new Ledger("/dev/null/ledger"), grants });
  await give();

  const error = await refusal(unwritable.fetch(`${origin}/`, { method: "POST", body: "shown" }, elsewhere));

  expect(error.code).toBe("grant_refused");
  expect(bodies).toEqual([]);
});

test("a granted request that found no server has not left", async () => {
  close();
  await give();

  await refusal(send("shown"));

  expect(await ledger.sentence()).toBe("Nothing has left this machine today.");
});

test("a server that hangs up before the request is on record has got nothing, and is said to have hung up", async () => {
  const rude = createTcp((socket) => void setTimeout(() => socket.resetAndDestroy(), 30));
  await new Promise<void>((done) => rude.listen(0, "127.0.0.1", done));
  const root = `http://127.0.0.1:${(rude.address() as AddressInfo).port}`;
  const slow = new (class extends Ledger {
    override async append(entry: LedgerEntry): Promise<void> {
      await new Promise((done) => setTimeout(done, 300));
      return super.append(entry);
    }
  })(folder);
  await give({ origin: root });
  const init = { method: "POST", body: "shown" };

  const error = await refusal(new Gateway({ ledger: slow, grants }).fetch(`${root}/`, init, elsewhere));

  expect(error.code).toBe("connection_lost");
  expect(await slow.read(1)).toMatchObject([{ bytesOut: 0, status: null }]);
  rude.close();
});
