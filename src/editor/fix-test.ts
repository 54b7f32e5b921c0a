import { randomBytes } from "node:crypto";
import * as nodePath from "node:path";
import * as vscode from "vscode";
import { makeTestRunAction } from "../core/action/test-run";
import { AgentError } from "../core/errors";
import { sha256 } from "../core/hash";
import type { Approver } from "../core/ports";
import type { Session, Task, TaskStart } from "../core/task";
import type { TaskDesk } from "./desk/task-desk";
import type { Machine } from "./machine/machine";
import type { ModelChoice } from "./models/model-choice";
import type { PanelHost } from "./panel/panel-host";
import type { FolderNames } from "./tests/describe-failure";
import { nameOfTest } from "./tests/fix-messages";
import { type AgentTurn, type FixTestGoal, type FixTestPorts, fixTest } from "./tests/fix-test";
import { type FoundTest, findAgain } from "./tests/found-test";
import type { ProjectTests } from "./tests/project-tests";
import type { RunPlan } from "./tests/run-plan";
import { roundOf, workIn } from "./tests/work-done";

export interface FixTestParts {
  tasks: TaskDesk;
  models: ModelChoice;
  machine: Machine;
  tests: ProjectTests;
  approver: Approver;
  panel: PanelHost;
  /** `hearth.verify.*`, read when a task starts. */
  limits(): { rounds: number; timeoutMs: number };
  tell(error: unknown): void;
}

interface Aim {
  goal: Omit<FixTestGoal, "earlier">;
  /** The test's file, absolute. */
  fsPath: string;
}

type Aimed = Omit<Aim["goal"], "textHash" | "rounds">;
type StartedWith = NonNullable<TaskStart["goal"]>["test"];

/** "Fix this test": runs one test, sets a task to work on its failure, and lets only the runner's report end it. */
export class FixTest {
  constructor(private readonly parts: FixTestParts) {}

  /** From a CodeLens with the file and a 1-based line, from a menu with the file, or from the palette with neither. */
  async run(uriArgument: unknown, lineArgument: unknown): Promise<void> {
    const { parts } = this;
    const { uri, line } = placeOf(uriArgument, lineArgument);
    const aim = await this.aimAt(uri, line);
    const { goal } = aim;
    await parts.models.ready();
    const { file, textHash } = goal;
    const name = nameOfTest(goal.test);
    const place = testsNamed(name, goal.tests).findIndex(({ line }) => line === goal.test.line);
    const test = { file, name, line: goal.test.line, place, textHash };
    const task = await parts.tasks.create({
      text: `Fix “${goal.test.name}”`,
      mode: "act",
      attachments: [],
      endpoint: undefined,
      goal: { kind: "fix_test", test, rounds: goal.rounds },
    });
    await parts.panel.reveal();
    this.start(task, aim, []);
  }

  /** Takes up a task again that a reload, a stop or a failed reply left without an end. */
  async resume(task: Task): Promise<void> {
    const started = task.events.find((event) => event.type === "task_started");
    const wanted = started?.type === "task_started" ? started.goal?.test : undefined;
    if (!wanted) {
      throw new AgentError("no_goal", "This task was not started to fix a test.", "Say in a message how to go on.");
    }
    this.start(task, await this.aimAgain(wanted), task.hasOpenCalls ? [{ type: "resumed" }] : []);
  }

  private start(task: Task, aim: Aim, first: { type: "resumed" }[]): void {
    const run = task.session(async (session) => {
      if (first.length > 0) {
        const ending = await session.work(first, { untilEdited: true });
        if (ending.reason === "stopped") {
          return ending;
        }
      }
      const goal = { ...aim.goal, earlier: { round: roundOf(task.events), ...workIn(task.events) } };
      const { reason, text, trouble } = await fixTest(goal, this.portsFor(task, aim, session), session.signal);
      return { reason, text, ...(trouble ? { trouble } : {}) };
    });
    run.catch((error) => this.parts.tell(error));
  }

  private portsFor(task: Task, { goal, fsPath }: Aim, session: Session): FixTestPorts {
    const { tests, machine } = this.parts;
    return {
      readTestFile: async (signal) =>
        (await machine.files.look(goal.file, signal)) ? machine.files.read(goal.file, signal) : undefined,
      find: (text) => tests.find(fsPath, text),
      plan: (test, signal) => tests.plan(fsPath, test, signal, this.parts.limits().timeoutMs),
      permit: (plan) => this.permit(plan, goal.folder, session),
      save: () => saveFolder(goal.folder.root),
      run: (plan, signal) => tests.run(plan, () => undefined, signal),
      agent: (text) => agentTurn(task, session, text),
      emit: session.emit,
    };
  }

  /** The test's command asks like every other; what is allowed is this command in this task. */
  private async permit(plan: RunPlan, folder: FolderNames, { emit, signal }: Session): Promise<boolean> {
    const cwd = folder.prefix + nodePath.relative(folder.root, plan.cwd) || ".";
    const action = await makeTestRunAction(randomBytes(8).toString("hex"), plan.shown, cwd, plan.timeoutMs);
    await emit({ type: "action_proposed", action });
    const reason =
      "The test runs your project's code, and unsaved files are saved first. Allowed once, it runs again after each edit.";
    await emit({ type: "action_judged", actionId: action.id, verdict: "ask", rule: "test-run-asks", reason });
    const { allow, remark } = await this.parts.approver.ask(action, [], signal);
    await emit({
      type: "action_answered",
      actionId: action.id,
      allow,
      hash: action.hash,
      ...(remark ? { remark } : {}),
    });
    const text = allow ? "Allowed for this task." : "Not allowed.";
    const outcome = allow ? "done" : "refused";
    await emit({ type: "action_finished", actionId: action.id, callId: action.callId, outcome, text });
    return allow;
  }

  private async aimAt(uri: vscode.Uri, line: number): Promise<Aim> {
    const read = await this.readTests(uri);
    const found = await this.parts.tests.findAt(uri.fsPath, read.text, line);
    const aimed = found && (await this.saved(uri, { ...found, ...read }));
    if (!aimed) {
      throw new AgentError(
        "no_test",
        `No test was found in ${nodePath.basename(uri.fsPath)}.`,
        "Put the cursor into a test, and run the command again.",
      );
    }
    const textHash = await sha256(aimed.text);
    return { goal: { ...aimed, textHash, rounds: this.parts.limits().rounds }, fsPath: uri.fsPath };
  }

  /** What a formatter makes of the file when it is saved is no change of the test: it is on record as it stands then. */
  private async saved(uri: vscode.Uri, aimed: Aimed): Promise<Aimed | undefined> {
    const document = await vscode.workspace.openTextDocument(uri);
    if (!document.isDirty || !(await document.save())) {
      return aimed;
    }
    const read = await this.readTests(uri);
    const tests = await this.parts.tests.find(uri.fsPath, read.text);
    const test = findAgain(tests, aimed.test, aimed.tests);
    return test && { test, tests, ...read };
  }

  private async aimAgain({ file, name, place = 0, textHash }: StartedWith): Promise<Aim> {
    const uri = await this.parts.machine.files.locate(file);
    const read = await this.readTests(uri);
    const tests = await this.parts.tests.find(uri.fsPath, read.text);
    const named = testsNamed(name, tests);
    const test = named.length === 1 ? named[0] : named[place];
    if (!test) {
      throw new AgentError(
        "no_test",
        `The test “${name}” is no longer in ${read.file}.`,
        "Start “Fix this test” anew.",
      );
    }
    const base = { textHash: textHash ?? (await sha256(read.text)), rounds: this.parts.limits().rounds };
    return { goal: { test, tests, ...read, ...base }, fsPath: uri.fsPath };
  }

  private async readTests(uri: vscode.Uri): Promise<Pick<FixTestGoal, "text" | "file" | "folder">> {
    const { machine } = this.parts;
    if (!machine.hasWorkspace || !vscode.workspace.getWorkspaceFolder(uri)) {
      throw new AgentError("no_workspace", "This file is not in an open folder.", "Open the project's folder first.");
    }
    if (!vscode.workspace.isTrusted) {
      throw new AgentError("restricted", "In Restricted Mode Hearth runs nothing.", "Trust this folder first.");
    }
    const { path, folder, prefix } = await machine.files.places.find(uri.fsPath);
    const text = await machine.files.read(path, new AbortController().signal);
    return { text, file: path, folder: { root: folder.fsPath, prefix } };
  }
}

async function agentTurn(task: Task, session: Session, text: string): Promise<AgentTurn> {
  const before = task.events.length;
  const said = { type: "user_said" as const, text, attachments: [], by: "hearth" as const };
  const ending = await session.work([said], { untilEdited: true });
  return { ending, ...workIn(task.events.slice(before)) };
}

function testsNamed(name: string, tests: readonly FoundTest[]): FoundTest[] {
  return tests.filter((test) => nameOfTest(test) === name);
}

/** The model sees what the editor shows; a verdict on another text would be about other code. */
async function saveFolder(root: string): Promise<void> {
  await vscode.workspace.saveAll(false);
  const unsaved = vscode.workspace.textDocuments.find(
    ({ isDirty, uri }) => isDirty && vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath === root,
  );
  if (unsaved) {
    throw new AgentError(
      "not_saved",
      `${vscode.workspace.asRelativePath(unsaved.uri)} could not be saved, so the test would run on an older text.`,
      "Save it or close it without saving, then go on.",
    );
  }
}

function placeOf(uri: unknown, line: unknown): { uri: vscode.Uri; line: number } {
  const editor = vscode.window.activeTextEditor;
  if (uri instanceof vscode.Uri && typeof line === "number") {
    return { uri, line };
  }
  if (editor && (!(uri instanceof vscode.Uri) || editor.document.uri.toString() === uri.toString())) {
    return { uri: editor.document.uri, line: editor.selection.active.line + 1 };
  }
  if (uri instanceof vscode.Uri) {
    return { uri, line: 1 };
  }
  throw new AgentError(
    "no_test",
    "No test file is open.",
    "Open a test, put the cursor into it, and run the command again.",
  );
}
