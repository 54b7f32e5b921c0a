import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AgentError } from "../core/errors";
import { Gateway } from "./gateway";
import { type Grant, Grants, sha256 } from "./grants";
import { Ledger } from "./ledger";

let folder: string;
let ledger: Ledger;
let grants: Grants;
let gateway: Gateway;
let origin: string;
let bodies: string[];
let close: () => void;

/** A server here that says it passes on what it gets: reaching it takes a grant, as reaching another machine does. */
const elsewhere = { purpose: "chat", taskId: "t1", model: "big", forwardedTo: "cloud.example" };

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

async function give(more: Partial<Grant> = {}): Promise<void> {
  const firstBody = await sha256(new TextEncoder().encode("shown"));
  grants.give({ id: "g1", taskId: "t1", origin, model: "big", maxRequests: 3, maxBytes: 1_000, firstBody, ...more });
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
  await send("and a new turn");
  expect(bodies).toEqual(["shown", "and a new turn"]);

  grants.end({ taskId: "t1" });
  expect((await refusal(send("one more"))).code).toBe("not_local");
  expect(bodies).toHaveLength(2);
});

test("S-N8 the first request is the one that was shown, byte for byte", async () => {
  await give();

  expect((await refusal(send("shown and more"))).code).toBe("grant_refused");

  expect(bodies).toEqual([]);
});

test.each([
  ["another task", { taskId: "t2" }],
  ["no task", { taskId: undefined as unknown as string }],
  ["another model", { model: "bigger" }],
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

  expect((await refusal(send("again"))).message).toMatch(/limit/);
  expect(grants.active).toEqual([]);
  expect(bodies).toEqual(["shown"]);
});

test("a grant ends before the request that would go over its bytes", async () => {
  await give({ maxBytes: 10 });
  await send("shown");

  expect((await refusal(send("more than what is left"))).message).toMatch(/limit/);
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

test("requests of two at once do not share one place in the grant", async () => {
  await give({ maxRequests: 2 });

  const all = await Promise.allSettled([send("shown"), send("shown"), send("shown")]);

  expect(all.filter((one) => one.status === "fulfilled")).toHaveLength(2);
  expect(bodies).toHaveLength(2);
});

test("what leaves is in the ledger under its grant, and in the sentence of the day", async () => {
  await give();
  await send("shown");

  const [entry] = await ledger.read(1);
  expect(entry).toMatchObject({ grant: "g1", forwardedTo: "cloud.example", status: 200 });
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
