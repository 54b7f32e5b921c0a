import assert from "node:assert/strict";
import * as vscode from "vscode";
import { test } from "./suite";

interface Manifest {
  contributes: { commands: { command: string }[]; views: Record<string, { id: string }[]> };
}

function findHearth(): vscode.Extension<{ version: number }> {
  const extension = vscode.extensions.getExtension<{ version: number }>("hearth.hearth");
  assert.ok(extension, "VS Code does not know hearth.hearth");
  return extension;
}

test("the extension activates and gives out version 1 of its API", async () => {
  const api = await findHearth().activate();
  assert.equal(api.version, 1);
});

test("every contributed command is registered, and every registered one is contributed", async () => {
  const hearth = findHearth();
  await hearth.activate();
  const { contributes } = hearth.packageJSON as Manifest;
  const contributed = contributes.commands.map(({ command }) => command);
  const registered = (await vscode.commands.getCommands(true)).filter((id) => id.startsWith("hearth."));

  assert.deepEqual(
    contributed.filter((id) => !registered.includes(id)),
    [],
    "contributed but never registered",
  );
  const views = Object.values(contributes.views).flatMap((each) => each.map(({ id }) => id));
  const ofViews = new RegExp(`^(?:${views.map((id) => id.replace(".", "\\.")).join("|")})\\.`);
  const hidden = registered.filter(
    (id) => !contributed.includes(id) && !ofViews.test(id) && !/^hearth\.internal\./.test(id),
  );
  assert.deepEqual(hidden, [], "registered but neither contributed nor marked as internal");
});
