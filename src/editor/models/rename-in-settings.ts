import * as vscode from "vscode";
import type { EndpointView } from "../../core/events";
import { withModel, withName } from "./with-model";

/** Puts another model's name in the place of this one wherever the user's own settings name it. */
export async function renameInSettings(view: EndpointView, model: string): Promise<void> {
  const settings = vscode.workspace.getConfiguration("hearth");
  const write = (key: string, value: unknown) => settings.update(key, value, vscode.ConfigurationTarget.Global);
  const endpoints: unknown = settings.inspect("endpoints")?.globalValue;
  const renamed = withModel(endpoints, view, model);
  if (renamed !== endpoints) {
    await write("endpoints", renamed);
  }
  for (const key of ["modelForPlan", "modelForAct"]) {
    const name: unknown = settings.inspect(key)?.globalValue;
    const other = withName(name, view, model);
    if (other !== name) {
      await write(key, other);
    }
  }
}
