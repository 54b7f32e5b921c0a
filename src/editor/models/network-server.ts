import * as vscode from "vscode";
import type { Candidate } from "./model-choice";
import { originOf } from "./reach";

/** Asks whether tasks may go to this server of the user's network, and keeps a yes in the user's own settings. */
export async function allowNetworkServer({ view }: Candidate): Promise<boolean> {
  const [origin] = originOf(view.baseUrl);
  if (origin === undefined) {
    return false;
  }
  const allow = "Allow This Server";
  const answer = await vscode.window.showWarningMessage(
    `${view.name} is another machine on your network.`,
    {
      modal: true,
      detail: `What tasks read and what you write goes to ${origin} and leaves this machine. Anyone who can watch your network may read it when the address does not begin with https. Hearth shows on each task that it is not local. You can take this back in the setting hearth.networkServers.`,
    },
    allow,
  );
  if (answer !== allow) {
    return false;
  }
  const settings = vscode.workspace.getConfiguration("hearth");
  const before: unknown = settings.inspect("networkServers")?.globalValue;
  const servers = Array.isArray(before) ? before.filter((each) => typeof each === "string") : [];
  await settings.update("networkServers", [...new Set([...servers, origin])], vscode.ConfigurationTarget.Global);
  return true;
}
