import * as vscode from "vscode";
import type { AgentError } from "../../core/errors";
import { showUnseen } from "../status/describe-status";
import { here } from "../status/here";
import { describeCandidate } from "./describe-candidate";
import { type Candidate, keyOf, type ModelChoice } from "./model-choice";
import { allowNetworkServer } from "./network-server";

interface Item extends vscode.QuickPickItem {
  candidate?: Candidate;
  /** Chosen, it leads to the user's settings. */
  isProblem?: boolean;
}

export interface PickParts {
  models: ModelChoice;
  /** Values in the user's settings that were not understood. */
  problems(): readonly AgentError[];
  /** How the model did when it was tried here, in a few words; undefined when it was not. */
  checkUp(candidate: Candidate): string | undefined;
  /** Takes the key of a server and makes one of its models an endpoint of that name; undefined when the user left it. */
  unlock(candidate: Candidate): Promise<string | undefined>;
  /** Sends the open task to this model, after a preview. */
  escalate(candidate: Candidate): Promise<void>;
}

/** Lets the user choose among what was configured and found; looking again is the last line. */
export async function pickModel(parts: PickParts): Promise<void> {
  const { models } = parts;
  await models.ready();
  const again: Item = { label: "$(refresh) Search this machine again", alwaysShow: true };
  const picked = await vscode.window.showQuickPick([...itemsFor(parts), separator(""), again], {
    title: "Which model works on your tasks?",
    placeHolder: "Found here, or named in hearth.endpoints",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked === again) {
    await models.search();
    return pickModel(parts);
  }
  if (picked?.isProblem) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "@ext:hearth.hearth");
  }
  if (picked?.candidate) {
    await take(picked.candidate, parts);
  }
}

async function take(candidate: Candidate, { models, unlock, escalate }: PickParts): Promise<void> {
  switch (candidate.reach) {
    case "free":
      return models.choose(candidate);
    case "one_task":
      return escalate(candidate);
    case "key_wanted":
      return chooseNamed(await unlock(candidate), models);
    case "once_allowed":
      if (await allowNetworkServer(candidate)) {
        await models.search();
        const allowed = models.candidates.find((each) => keyOf(each) === keyOf(candidate));
        await models.choose(allowed ?? candidate);
      }
  }
}

async function chooseNamed(name: string | undefined, models: ModelChoice): Promise<void> {
  if (name === undefined) {
    return;
  }
  await models.search();
  const candidate = models.candidates.find(({ view, configured }) => configured && view.name === name);
  if (candidate) {
    await models.choose(candidate);
  }
}

function itemsFor({ models, problems, checkUp }: PickParts): Item[] {
  const chosen = models.chosen && keyOf(models.chosen);
  const items = models.candidates.map((candidate) => ({
    candidate,
    ...describeCandidate(candidate, checkUp(candidate), keyOf(candidate) === chosen, here()),
  }));
  const free = items.filter(({ candidate }) => candidate.reach === "free");
  const asked = items.filter(({ candidate }) => candidate.reach === "once_allowed");
  const locked = items.filter(({ candidate }) => candidate.reach === "key_wanted");
  const single = items.filter(({ candidate }) => candidate.reach === "one_task");
  return [
    ...free,
    ...(asked.length > 0 ? [separator("on your network: you are asked once"), ...asked] : []),
    ...(single.length > 0 ? [separator("elsewhere: for one task, on purpose"), ...single] : []),
    ...(locked.length > 0 ? [separator("wants a key"), ...locked] : []),
    ...problemItems(problems()),
  ];
}

function problemItems(problems: readonly AgentError[]): Item[] {
  const items = problems.map(({ message, remedy }) => ({
    label: `$(warning) ${showUnseen(message, 200).replaceAll("$(", "\\$(")}`,
    detail: showUnseen(remedy, 200),
    isProblem: true,
  }));
  return items.length === 0 ? [] : [separator("in your settings"), ...items];
}

function separator(label: string): Item {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
