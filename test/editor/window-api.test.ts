import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { HearthApi } from "../../src/core/api";
import type { AgentEvent } from "../../src/core/events";
import { calls, type ModelServer, says, startModelServer } from "../support/model-server";
import { until } from "./scratch-files";
import { test } from "./suite";

// The name of this file makes it the last one: from here on Hearth itself has registered what other tests register.
async function hearth(): Promise<HearthApi> {
  const extension = vscode.extensions.getExtension<HearthApi>("hearth.hearth");
  assert.ok(extension);
  return extension.activate();
}

/** A model server that the user's settings name. */
async function withServer(
  script: Parameters<typeof startModelServer>[0],
  body: (server: ModelServer) => Promise<void>,
) {
  const server = await startModelServer(script);
  const settings = vscode.workspace.getConfiguration("hearth");
  const endpoint = { name: "Other", baseUrl: server.baseUrl, model: "test-model" };
  await settings.update("endpoints", [endpoint], vscode.ConfigurationTarget.Global);
  try {
    await body(server);
  } finally {
    await settings.update("endpoints", undefined, vscode.ConfigurationTarget.Global);
    await server.close();
  }
}

test("another extension starts a task, hears its events, answers in the test mode and gets the outcome", () =>
  withServer({ script: [calls("run_command", { command: "echo hello" }), says("It said hello.")] }, async () => {
    const api = await hearth();
    const events: AgentEvent[] = [];
    const listening = api.onEvent((event) => events.push(event));
    const { id, finished } = api.startTask({ text: "Say hello", mode: "act", endpoint: "Other" });
    const asked = () => events.find((event) => event.type === "action_judged" && event.verdict === "ask");
    await until(() => asked() !== undefined, "the command is asked for");
    const judged = asked();
    assert.ok(judged?.type === "action_judged");
    assert.equal(api.answer?.(judged.actionId, { allow: true }), true);
    assert.equal(api.answer?.("no such action", { allow: true }), false);

    assert.deepEqual(await finished, { reason: "answered", text: "It said hello.", changed: [] });
    assert.ok(events.every(({ taskId }) => taskId === id));
    assert.match(JSON.stringify(events), /"exitCode":0/);
    listening.dispose();
  }));

test("a task that is stopped as soon as it was started ends as stopped, and asks the model nothing", () =>
  withServer({ script: [says("Never asked for.")] }, async (server) => {
    const api = await hearth();
    const { id, finished } = api.startTask({ text: "Go", mode: "act", endpoint: "Other" });
    api.stop(id);
    assert.equal((await finished).reason, "stopped");
    assert.equal(server.chats.length, 0);
  }));

test("without a model of that name `finished` says so", async () => {
  const { finished } = (await hearth()).startTask({ text: "Go", mode: "act", endpoint: "Nobody" });
  await assert.rejects(finished, { name: "AgentError", code: "no_endpoint" });
});
