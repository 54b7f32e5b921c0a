import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { MemoryLearned } from "../../endpoint/learned";
import { practiceEndpoint } from "../../endpoint/practice/server";
import { Ledger } from "../../net/ledger";
import { LocalModels, type LocalModelsParts } from "./local-models";

async function localModels(parts: Partial<LocalModelsParts> = {}) {
  const ledgerFolder = await mkdtemp(join(tmpdir(), "hearth-sentence-"));
  onTestFinished(() => rm(ledgerFolder, { recursive: true, force: true }));
  const models = new LocalModels({
    ledgerFolder,
    settings: { current: {}, proxies: { allowed: false, env: {} } } as unknown as LocalModelsParts["settings"],
    keys: { get: async () => undefined },
    learned: new MemoryLearned(),
    habits: () => undefined,
    knownSecrets: async () => [],
    nothingFound: { code: "no_model", message: "", remedy: "" },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    ...parts,
  });
  onTestFinished(() => models.dispose());
  return { models, ledgerFolder };
}

test("a model that could not be connected is connected with the next request", async () => {
  let asked = 0;
  const { models } = await localModels({
    knownSecrets: async () => {
      asked++;
      throw new Error("the keyring is locked");
    },
  });
  const view = { ...practiceEndpoint, locality: "internet" as const };
  const model = models.connect({ ...models.practice, view }, "task");
  const { signal } = new AbortController();
  await expect(model.refresh?.(signal)).rejects.toThrow("the keyring is locked");
  await expect(model.refresh?.(signal)).rejects.toThrow("the keyring is locked");
  expect(asked).toBe(2);
});

test("what another window sends away is in the sentence of this one", async () => {
  const { models, ledgerFolder } = await localModels();
  const told: string[] = [];
  models.onLeavingChanged(() => told.push(models.leaving));
  await models.connection();
  await expect.poll(() => told).toEqual(["Nothing has left this machine today."]);

  const where = { where: "internet" as const, host: "far.example", address: "203.0.113.9" };
  const what = { purpose: "chat", method: "POST", path: "/", status: 200, bytesOut: 12, bytesIn: 1, durationMs: 1 };
  await new Ledger(ledgerFolder).append({ id: "other", at: Date.now(), ...where, ...what });

  await expect.poll(() => told.at(-1)).toBe("Today 12 bytes in 1 request left for the internet (far.example).");
});
