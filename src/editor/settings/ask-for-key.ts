import * as vscode from "vscode";
import { AgentError } from "../../core/errors";
import type { EditorKeys } from "./keys";

/** Lets the user store, replace or remove the key of one endpoint. The key is seen by nobody and stands in no setting. */
export async function askForKey(names: readonly string[], keys: EditorKeys): Promise<void> {
  if (names.length === 0) {
    throw new AgentError(
      "no_endpoints",
      "There is no endpoint that a key could belong to.",
      "Add one to hearth.endpoints in your user settings first; servers on this machine seldom need a key.",
    );
  }
  const name = await chooseEndpoint(names, keys);
  if (name === undefined) {
    return;
  }
  const key = await inputKey(
    `Key for ${name}`,
    "It is kept in the editor's secret storage. Leave it empty to remove the stored key.",
  );
  if (key === undefined) {
    return;
  }
  if (key === "") {
    await keys.remove(name);
    vscode.window.setStatusBarMessage(`Hearth: no key is stored for ${name}.`, 5_000);
  } else {
    await keys.set(name, key);
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

async function chooseEndpoint(names: readonly string[], keys: EditorKeys): Promise<string | undefined> {
  const items = names.map(async (name) => {
    const stored = (await keys.get(name)) !== undefined;
    return { label: name, description: stored ? "a key is stored" : "no key" };
  });
  const chosen = await vscode.window.showQuickPick(Promise.all(items), {
    title: "Whose key?",
    placeHolder: "An endpoint from hearth.endpoints",
  });
  return chosen?.label;
}
