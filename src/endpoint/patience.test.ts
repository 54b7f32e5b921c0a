import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { says, startModelServer } from "../../test/support/model-server";
import { Gateway } from "../net/gateway";
import { Ledger } from "../net/ledger";
import { OpenAiModel } from "./model";

/** One clock for all of them: the client under test keeps a timer of its own from one request to the next. */
beforeAll(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});

afterAll(() => {
  vi.useRealTimers();
});

test.each([
  ["before the first byte", true],
  ["in the middle of a reply", false],
])("rule 18: a server that is silent for twenty minutes %s is waited for", async (_, isBefore) => {
  const folder = await mkdtemp(join(tmpdir(), "hearth-patience-"));
  let goOn: () => void = () => undefined;
  const released = new Promise<void>((done) => {
    goOn = done;
  });
  let asked = false;
  const server = await startModelServer({
    respond: async () => {
      asked = true;
      if (isBefore) {
        await released;
        return says("At last.");
      }
      return says(["At ", "last."], { betweenMs: 20 * 60_000 });
    },
  });
  const model = new OpenAiModel({
    endpoint: { name: "Slow", model: "test-model", baseUrl: server.baseUrl, locality: "machine", practice: false },
    kind: "generic",
    gateway: new Gateway({ ledger: new Ledger(folder) }),
    keys: { get: async () => undefined },
    described: true,
  });
  const reply = (async () => {
    const stream = model.reply(
      { system: "s", tools: [], messages: [{ role: "user", text: "Hello" }] },
      new AbortController().signal,
    );
    let next = await stream.next();
    while (!next.done) {
      next = await stream.next();
    }
    return next.value;
  })();
  while (!asked) {
    await new Promise((done) => setImmediate(done));
  }

  let isOver = false;
  void reply.finally(() => {
    isOver = true;
  });
  for (let minute = 0; minute < 240 && !isOver; minute++) {
    await vi.advanceTimersByTimeAsync(60_000);
    await new Promise((done) => setImmediate(done));
    if (minute === 20) {
      goOn();
    }
  }

  expect(await reply).toMatchObject({ text: "At last.", stop: "stop" });
  await server.close();
  await rm(folder, { recursive: true });
});
