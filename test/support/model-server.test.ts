import { afterEach, expect, test } from "vitest";
import { calls, fails, type ModelServer, says, startModelServer } from "./model-server";
import { Ollama } from "./personalities";

const servers: ModelServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(options: Parameters<typeof startModelServer>[0]): Promise<ModelServer> {
  const server = await startModelServer(options);
  servers.push(server);
  return server;
}

function chat(
  server: ModelServer,
  body: unknown = { model: "m", stream_options: { include_usage: true } },
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(`${server.baseUrl}/chat/completions`, {
    method: "POST",
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
}

function events(text: string): unknown[] {
  return text
    .split("\n\n")
    .filter((event) => event !== "" && event !== "data: [DONE]")
    .map((event) => JSON.parse(event.slice(6)));
}

test("answers come in the order of the script, and every request is kept as it was sent", async () => {
  const server = await serve({ script: [says("One"), says("Two")] });

  const texts = [
    await (await chat(server, { a: 1 })).text(),
    await (await chat(server, { b: "ü" })).text(),
    await (await chat(server)).text(),
  ];

  expect(texts[0]).toContain("One");
  expect(texts[1]).toContain("Two");
  expect(texts[2]).toContain("no more answers");
  expect(server.chats[1]?.raw.toString("utf8")).toBe('{"b":"ü"}');
  expect(server.chats[1]?.body).toEqual({ b: "ü" });
  await expect.poll(() => server.chats[1]?.answeredAt).toBeDefined();
});

test("a call can be sent whole or in pieces", async () => {
  const server = await serve({ script: [calls("t", { path: "a" }), calls("t", { path: "a" }, { callPieces: 3 })] });

  const whole = events(await (await chat(server)).text());
  const pieces = events(await (await chat(server)).text());

  expect(JSON.stringify(whole)).toContain('\\"path\\":\\"a\\"');
  expect(pieces.length).toBeGreaterThan(whole.length);
});

test("usage is sent only when it was asked for", async () => {
  const server = await serve({ respond: () => says("Hi") });

  expect(await (await chat(server)).text()).toContain("prompt_tokens");
  expect(await (await chat(server, { model: "m" })).text()).not.toContain("prompt_tokens");
});

test("it knows when a client closed the connection", async () => {
  const server = await serve({ script: [says(["a", "b"], { betweenMs: 10_000 })] });
  const stop = new AbortController();
  const response = await chat(server, {}, stop.signal);
  await response.body?.getReader().read();

  stop.abort();

  await expect.poll(() => server.chats[0]?.abandonedAt).toBeDefined();
  expect(server.chats[0]?.answeredAt).toBeUndefined();
});

test("a body can be cut at any byte, and sent in pieces of any size", async () => {
  const server = await serve({
    script: [says("Hello", { pieceBytes: 1 }), says("Hello", { fault: { kind: "cut", afterBytes: 10 } })],
  });

  expect(events(await (await chat(server)).text())).toHaveLength(4);
  await expect((await chat(server)).text()).rejects.toThrow();
});

test.each([
  [{ kind: "status", status: 500, body: "boom" } as const, 500, "boom"],
  [{ kind: "html" } as const, 200, "<!doctype html>"],
  [{ kind: "empty" } as const, 200, ""],
  [{ kind: "error_midstream", error: { message: "boom" } } as const, 200, '"error":{"message":"boom"}'],
])("the fault %o is what it says", async (fault, status, text) => {
  const server = await serve({ script: [fails(fault)] });

  const response = await chat(server);

  expect(response.status).toBe(status);
  expect(await response.text()).toContain(text);
});

test("what a personality refuses does not use up the script", async () => {
  const server = await serve({ personality: new Ollama({ models: [{ name: "a:latest" }] }), script: [says("Hi")] });

  expect((await chat(server, { model: "b" })).status).toBe(404);
  expect(await (await chat(server, { model: "a" })).text()).toContain("Hi");
});

test("closing it ends what is still open", async () => {
  const server = await startModelServer({ script: [fails({ kind: "no_answer" })] });
  const waiting = chat(server).catch(() => "closed");
  await expect.poll(() => server.chats.length).toBe(1);

  await server.close();

  expect(await waiting).toBe("closed");
});
