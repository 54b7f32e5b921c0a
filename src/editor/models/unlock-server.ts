import * as vscode from "vscode";
import { AgentError } from "../../core/errors";
import { inputKey } from "../settings/ask-for-key";
import type { EditorKeys } from "../settings/keys";
import type { Candidate } from "./model-choice";

export interface UnlockParts {
  keys: Pick<EditorKeys, "set">;
  /** Names of endpoints that the user has already. */
  taken(): readonly string[];
  /** The models that the server lists for this key. */
  list(baseUrl: string, key: string): Promise<string[]>;
}

/**
 * Takes the key of a server that wants one and lets the user choose among its models, which becomes an endpoint in the
 * user's settings. Gives the endpoint's name; undefined when the user left it.
 */
export async function unlockServer({ view }: Candidate, parts: UnlockParts): Promise<string | undefined> {
  const name = freeName(view.name, parts.taken());
  const key = await inputKey(
    `Key for the server at ${new URL(view.baseUrl).host}`,
    "It is sent to this server only, and kept in the editor's secret storage.",
  );
  if (!key) {
    return undefined;
  }
  const models = await parts.list(view.baseUrl, key);
  if (models.length === 0) {
    throw new AgentError(
      "key_refused",
      `The server at ${new URL(view.baseUrl).host} lists no model for this key.`,
      "Look the key up in the server's own settings, then choose the server again.",
    );
  }
  const model = await vscode.window.showQuickPick(models, { title: "Which of its models?" });
  if (model === undefined) {
    return undefined;
  }
  await parts.keys.set(name, view.baseUrl, key);
  await addEndpoint({ name, baseUrl: view.baseUrl, model });
  return name;
}

function freeName(wanted: string, taken: readonly string[]): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : `${wanted} ${count}`;
    if (!taken.includes(name)) {
      return name;
    }
  }
}

async function addEndpoint(endpoint: { name: string; baseUrl: string; model: string }): Promise<void> {
  const settings = vscode.workspace.getConfiguration("hearth");
  const before: unknown = settings.inspect("endpoints")?.globalValue;
  const endpoints = [...(Array.isArray(before) ? before : []), endpoint];
  await settings.update("endpoints", endpoints, vscode.ConfigurationTarget.Global);
}
