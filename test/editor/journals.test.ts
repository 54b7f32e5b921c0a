import assert from "node:assert/strict";
import * as vscode from "vscode";
import { LazyJournals } from "../../src/editor/machine/journals";
import { inScratch } from "./scratch-files";
import { test } from "./suite";

test("a secret storage that fails once keeps no task from being opened later", () =>
  inScratch(async (folder) => {
    let isLocked = true;
    const secrets: vscode.SecretStorage = {
      get: async () => {
        if (isLocked) {
          throw new Error("the keyring is locked");
        }
        return undefined;
      },
      store: async () => undefined,
      delete: async () => undefined,
      onDidChange: new vscode.EventEmitter<vscode.SecretStorageChangeEvent>().event,
    };
    const journals = new LazyJournals(folder.fsPath("tasks"), secrets, folder.uri("journal.key"));
    await assert.rejects(journals.list(), /keyring is locked/);
    isLocked = false;
    assert.deepEqual(await journals.list(), []);
  }));
