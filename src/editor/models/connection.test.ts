import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ModelServer, says, startModelServer } from "../../../test/support/model-server";
import { type Personality, personalities } from "../../../test/support/personalities";
import { MemoryLearned } from "../../endpoint/learned";
import { Connection } from "./connection";

let folder: string;
let connection: Connection;
const servers: ModelServer[] = [];
const never = new AbortController().signal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-connection-"));
  connection = new Connection({
    ledgerFolder: folder,
    keys: { get: async () => undefined },
    learned: new MemoryLearned(),
    habits: () => undefined,
    policy: () => ({ localOnly: true, networkServers: [], endpoints: [] }),
    proxies: () => ({ allowed: false, env: {} }),
  });
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await rm(folder, { recursive: true });
});

async function candidateAt(personality: Personality, model: string) {
  const server = await startModelServer({ personality, respond: () => says("Hi.") });
  servers.push(server);
  const [candidate] = await connection.find([{ name: "Mine", baseUrl: server.baseUrl, model }], never);
  if (candidate === undefined) {
    throw new Error("nothing was found");
  }
  return { server, candidate };
}

test("S-N1 tasks may not use a model that LiteLLM does not list", async () => {
  const { candidate } = await candidateAt(personalities.litellm(), "gpt-4o");

  expect(candidate).toMatchObject({
    reach: "one_task",
    forwardedTo: "an unknown host",
    view: { locality: "internet" },
  });
});

test("S-N1 a listed model of a server that could not be told apart is looked at again before its first chat", async () => {
  const list = personalities.generic(["m"]);
  const { server, candidate } = await candidateAt(
    {
      answer: (request, earlier) =>
        request.path.startsWith("/health/") ? { status: 503, body: {} } : list.answer(request, earlier),
    },
    "m",
  );
  const model = connection.model(candidate, { taskId: "t1" });

  const turn = model.reply({ system: "s", tools: [], messages: [{ role: "user", text: "my source" }] }, never);
  const { value } = await turn.next();

  expect(value).toMatchObject({ trouble: { code: "place_unknown" } });
  expect(server.chats).toEqual([]);
});
