import * as vscode from "vscode";
import { findSecrets } from "../../core/escalation/find-secrets";
import type { EditorKeys } from "../settings/keys";

export interface KnownSecret {
  name: string;
  value: string;
}

const envFiles = "**/{.env,.env.*,*.env,.envrc,.npmrc,.netrc,.pypirc}";
const ignored = "**/{node_modules,.git,dist,build,out,target,vendor,.venv,venv}/**";
const mostFiles = 40;
const longestFile = 200_000;

/**
 * Values that are secret wherever they stand in what would be sent: stored keys, and what the environment and the files
 * for secrets of this workspace hold. They are looked for on this machine and never sent.
 */
export async function knownSecrets(endpoints: readonly string[], keys: EditorKeys): Promise<KnownSecret[]> {
  const [stored, files] = await Promise.all([storedKeys(endpoints, keys), readEnvFiles()]);
  return [...stored, ...secretsIn(environment()), ...files.flatMap(secretsIn)];
}

async function storedKeys(endpoints: readonly string[], keys: EditorKeys): Promise<KnownSecret[]> {
  const found = await Promise.all(endpoints.map(async (name) => ({ name, value: await keys.secret(name) })));
  return found.flatMap(({ name, value }) => (value === undefined ? [] : [{ name: `key of ${name}`, value }]));
}

function environment(): string {
  return Object.entries(process.env)
    .map(([name, value]) => `${name}=${value}`)
    .join("\n");
}

/** What could not be read holds nothing that could stand in the conversation either. */
async function readEnvFiles(): Promise<string[]> {
  const found = await vscode.workspace.findFiles(envFiles, ignored, mostFiles);
  const texts = await Promise.allSettled(found.map((uri) => vscode.workspace.fs.readFile(uri)));
  return texts.flatMap((text) =>
    text.status === "fulfilled" && text.value.byteLength <= longestFile ? [new TextDecoder().decode(text.value)] : [],
  );
}

/** Only values long and odd enough not to be words of any text. */
function secretsIn(text: string): KnownSecret[] {
  return findSecrets([text]).filter(({ value }) => value.length >= 8 && !/^[a-z]+$/i.test(value));
}
