import * as vscode from "vscode";
import { AgentError } from "../../core/errors";
import type { EndpointProfile } from "../../endpoint/profile";
import type { EditorKeys } from "./keys";

/** Lets the user store, replace or remove the key of one endpoint. The key is seen by nobody and stands in no setting. */
export async function askForKey(endpoints: readonly EndpointProfile[], keys: EditorKeys): Promise<void> {
  if (endpoints.length === 0) {
    throw new AgentError(
      "no_endpoints",
      "There is no endpoint that a key could belong to.",
      "Add one to hearth.endpoints in your user settings first; servers on this machine seldom need a key.",
    );
  }
  const endpoint = await chooseEndpoint(endpoints, keys);
  if (endpoint === undefined) {
    return;
  }
  const { name, baseUrl } = endpoint;
  const key = await inputKey(
    `Key for ${name}`,
    `It is kept in the editor's secret storage and sent to ${baseUrl} only. Leave it empty to remove the stored key.`,
  );
  if (key === undefined) {
    return;
  }
  if (key === "") {
    await keys.remove(name);
    vscode.window.setStatusBarMessage(`Hearth: no key is stored for ${name}.`, 5_000);
  } else {
    await keys.set(name, baseUrl, key);
    vscode.window.setStatusBarMessage(`Hearth: the key for ${name} is stored.`, 5_000);
  }
}

/** What the user typed, without what stands around it; undefined when the user left it. */
export async function inputKey(title: string, prompt: string): Promise<string | undefined> {
  const key = await vscode.window.showInputBox({
    title,
    prompt,
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (/\s/.test(text.trim()) ? "A key has no spaces or line ends inside." : undefined),
  });
  return key?.trim();
}

async function chooseEndpoint(
  endpoints: readonly EndpointProfile[],
  keys: EditorKeys,
): Promise<EndpointProfile | undefined> {
  const items = endpoints.map(async (endpoint) => {
    const stored = (await keys.get(endpoint.name, endpoint.baseUrl)) !== undefined;
    return { label: endpoint.name, description: stored ? "a key is stored" : "no key", endpoint };
  });
  const chosen = await vscode.window.showQuickPick(Promise.all(items), {
    title: "Whose key?",
    placeHolder: "An endpoint from hearth.endpoints",
  });
  return chosen?.endpoint;
}
