import * as vscode from "vscode";
import type { EndpointView } from "../../core/events";
import { type Candidate, keyOf, type ModelChoice } from "./model-choice";

interface Item extends vscode.QuickPickItem {
  candidate?: Candidate;
}

/** Lets the user choose among what was configured and found; looking again is the last line. */
export async function pickModel(models: ModelChoice): Promise<void> {
  await models.ready();
  const again: Item = { label: "$(refresh) Search this machine again", alwaysShow: true };
  const chosen = models.chosen && keyOf(models.chosen);
  const items: Item[] = models.candidates.map((candidate) => itemFor(candidate, keyOf(candidate) === chosen));
  const separator: Item = { label: "", kind: vscode.QuickPickItemKind.Separator };
  const picked = await vscode.window.showQuickPick([...items, separator, again], {
    title: "Which model works on your tasks?",
    placeHolder: "Servers on this machine are found by themselves; others come from hearth.endpoints",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked === again) {
    await models.search();
    return pickModel(models);
  }
  if (picked?.candidate) {
    await models.choose(picked.candidate);
  }
}

function itemFor(candidate: Candidate, isChosen: boolean): Item {
  const { view, loaded } = candidate;
  const icon = view.practice
    ? "$(book)"
    : view.locality === "machine"
      ? "$(home)"
      : view.locality === "network"
        ? "$(server)"
        : "$(cloud)";
  const facts = [
    whereIs(view),
    view.contextWindow === undefined ? undefined : `${view.contextWindow.toLocaleString("en")} tokens of context`,
    loaded === true ? "loaded" : undefined,
  ];
  return {
    label: `${icon} ${view.practice ? "Practice: a script, not a model" : view.model}`,
    description: `${view.practice ? "" : view.name}${isChosen ? "  $(check) in use" : ""}`,
    detail: facts.filter((fact) => fact !== undefined).join(" · "),
    candidate,
  };
}

export function whereIs(view: EndpointView): string {
  if (view.practice) {
    return "knows one lesson, the sample project; nothing is sent anywhere";
  }
  switch (view.locality) {
    case "machine":
      return `on this machine (${view.baseUrl})`;
    case "network":
      return `on your network (${view.baseUrl}): leaves this machine`;
    case "internet":
      return `on the internet (${view.baseUrl}): leaves this machine`;
  }
}
