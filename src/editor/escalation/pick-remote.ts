import * as vscode from "vscode";
import { describeCandidate } from "../models/describe-candidate";
import type { Candidate } from "../models/model-choice";
import type { EditorKeys } from "../settings/keys";

/** A model that is not on this machine, as it was configured or found. */
export function isElsewhere({ view, forwardedTo }: Candidate): boolean {
  return !view.practice && (view.locality !== "machine" || forwardedTo !== undefined);
}

/** Lets the user choose where a task is to be sent; a single place needs no choice, the preview names it. */
export async function pickRemote(candidates: readonly Candidate[], keys: EditorKeys): Promise<Candidate | undefined> {
  const remote = candidates.filter(isElsewhere);
  if (remote.length <= 1) {
    return remote[0] ?? (await offerSetup());
  }
  const items = remote.map(async (candidate) => {
    const { name, baseUrl } = candidate.view;
    const hasKey = (await keys.get(name, baseUrl)) !== undefined;
    const texts = describeCandidate(candidate, hasKey ? "its key is stored" : "no key is stored", false);
    return { ...texts, candidate };
  });
  const picked = await vscode.window.showQuickPick(Promise.all(items), {
    title: "Which model should get this task?",
    placeHolder: "Nothing is sent yet: you see every byte first",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.candidate;
}

async function offerSetup(): Promise<undefined> {
  const open = "Open Settings";
  const answer = await vscode.window.showInformationMessage(
    "No model outside this machine is configured.",
    {
      modal: true,
      detail:
        "Add one to hearth.endpoints in your user settings: a name, a baseUrl such as https://api.example.com/v1, and the model. Then store its key with the command “Hearth: Store or Remove an Endpoint's Key”. Nothing is sent by that.",
    },
    open,
  );
  if (answer === open) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "hearth.endpoints");
  }
  return undefined;
}
