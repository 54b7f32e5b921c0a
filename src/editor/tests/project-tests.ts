import * as nodePath from "node:path";
import { detectGlobals } from "./detect-globals";
import { detectRunner } from "./detect-runner";
import { executePlan, type Reports } from "./execute-plan";
import { findTests, looksLikeTests } from "./find-tests";
import { type FoundTest, type RunnerName, testAt } from "./found-test";
import { findNode, type NodeProgram, type ProgramRunner } from "./node-program";
import { planTestRun } from "./plan-test-run";
import type { ReadFile } from "./project";
import type { RunPlan, RunResult } from "./run-plan";

export interface ProjectTestsPorts {
  /** The absolute workspace folder that holds a file. */
  rootOf(file: string): string;
  read: ReadFile;
  programsIn(root: string): ProgramRunner;
  reports: Reports & { folder: string };
  newId(): string;
}

/** The tests of a workspace: finds them in the text of a file, and runs one. `file` is an absolute path throughout. */
export class ProjectTests {
  private readonly nodes = new Map<string, Promise<NodeProgram>>();

  constructor(private readonly ports: ProjectTestsPorts) {}

  async find(file: string, text: string): Promise<FoundTest[]> {
    return findTests(text, file, { globals: await this.globals(file, text) });
  }

  async findAt(file: string, text: string, line: number): Promise<{ test: FoundTest; tests: FoundTest[] } | undefined> {
    const tests = await this.find(file, text);
    const test = testAt(tests, line);
    return test === undefined ? undefined : { test, tests };
  }

  /** Throws an `AgentError` when the project lacks what the run needs. */
  async plan(file: string, test: FoundTest, signal: AbortSignal, timeoutMs?: number): Promise<RunPlan> {
    const { read, reports, newId } = this.ports;
    const top = this.ports.rootOf(file);
    const runner = await detectRunner(test.runner, file, { top, read, node: () => this.findNode(top, signal) });
    return planTestRun(test, runner, {
      file,
      reportFolder: reports.folder,
      runId: newId(),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  }

  run(plan: RunPlan, onOutput: (text: string) => void, signal: AbortSignal): Promise<RunResult> {
    const { reports, programsIn, rootOf } = this.ports;
    return executePlan(plan, { reports, programs: programsIn(rootOf(plan.testFile)) }, onOutput, signal);
  }

  /** Looked for once; a search that failed or was stopped is made again. */
  private findNode(root: string, signal: AbortSignal): Promise<NodeProgram> {
    const known = this.nodes.get(root);
    const node =
      known ??
      findNode(this.ports.programsIn(root), root, signal).catch((error: unknown) => {
        this.nodes.delete(root);
        throw error;
      });
    this.nodes.set(root, node);
    return node;
  }

  /** Only a file that is named like a test and imports no runner is worth a look at the project's set-up. */
  private async globals(file: string, text: string): Promise<RunnerName | undefined> {
    const root = this.ports.rootOf(file);
    if (looksLikeTests(text, file) || !isNamedLikeTest(nodePath.relative(root, file))) {
      return undefined;
    }
    return detectGlobals(file, root, this.ports.read);
  }
}

function isNamedLikeTest(path: string): boolean {
  return /[._-](?:test|spec)\.[cm]?[jt]sx?$|(?:^|[\\/])(?:__tests__|tests?|specs?)[\\/]/i.test(path);
}
