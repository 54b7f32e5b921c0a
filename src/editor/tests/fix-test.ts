import { AgentError } from "../../core/errors";
import type { NewEvent, Trouble } from "../../core/events";
import { sha256 } from "../../core/hash";
import type { Ending } from "../../core/loop";
import type { FolderNames } from "./describe-failure";
import { againMessage, goalMessage, nameOfTest, nothingChangedMessage } from "./fix-messages";
import { type FoundTest, findAgain } from "./found-test";
import { judgeRun, type Verdict } from "./judge-run";
import type { RunPlan, RunResult } from "./run-plan";
import type { WorkDone } from "./work-done";

/** What the agent did with one message, until it had nothing more to do. */
export interface AgentTurn extends WorkDone {
  ending: Ending;
}

export interface FixTestPorts {
  /** The test's file as the runner will see it, or undefined when it is gone. */
  readTestFile(signal: AbortSignal): Promise<string | undefined>;
  find(text: string): Promise<FoundTest[]>;
  /** How the test is run now. Throws an `AgentError` that says what is missing. */
  plan(test: FoundTest, signal: AbortSignal): Promise<RunPlan>;
  /** Asks the person whether this exact command may run in this task. Asked once for each `RunPlan.grant`. */
  permit(plan: RunPlan, signal: AbortSignal): Promise<boolean>;
  /** Saves what the editor holds unsaved: the runner reads the disk. Throws an `AgentError` when something stays unsaved. */
  save(): Promise<void>;
  run(plan: RunPlan, signal: AbortSignal): Promise<RunResult>;
  /** Says this to the model in the name of Hearth, in act mode, and works until the model is done. */
  agent(text: string, signal: AbortSignal): Promise<AgentTurn>;
  emit(event: NewEvent): Promise<void>;
}

export interface FixTestGoal {
  test: FoundTest;
  /** All tests of the file, as they were when `test` was chosen. */
  tests: readonly FoundTest[];
  /** The file's text then. */
  text: string;
  /** SHA-256 (hex) of the file's text when the task began, which may be longer ago. */
  textHash: string;
  /** The test's file as the agent names it. */
  file: string;
  /** The workspace folder that holds it. */
  folder: FolderNames;
  rounds: number;
  /** What the task did before it was taken up again. */
  earlier: WorkDone & { round: number };
}

/** How it ended. `finished` of the task takes `reason`, `text` and `trouble` as they are. */
export interface FixTestEnd extends Ending {
  kind: "already_passes" | "fixed" | "not_fixed" | "cannot_run" | "not_allowed" | "stopped" | "model_failed";
  /** Rounds that the model had. */
  rounds: number;
  changedFiles: string[];
  testFileChanged: boolean;
}

type Kind = FixTestEnd["kind"];

const reasons: Readonly<Record<Kind, Ending["reason"]>> = {
  already_passes: "nothing_to_fix",
  fixed: "fixed",
  not_fixed: "not_fixed",
  cannot_run: "failed",
  not_allowed: "stopped",
  stopped: "stopped",
  model_failed: "model_failed",
};

/** Files that decide how tests run, or what they compare with. */
const decidesTests =
  /(?:^|\/)(?:package\.json|tsconfig[^/]*\.json|(?:vitest|vite|jest)\.(?:config|workspace|setup)[^/]*|\.mocharc[^/]*|__(?:snapshots|mocks)__\/.*|[^/]*\.snap)$/;

/**
 * Runs one test, lets the agent work on its failure, and runs it again after each round of accepted edits, until the
 * runner's report says that this very test passed or the rounds are over. Being stopped is an end like the others.
 */
export async function fixTest(goal: FixTestGoal, ports: FixTestPorts, signal: AbortSignal): Promise<FixTestEnd> {
  const session = new FixTestSession(goal, ports, signal);
  try {
    return await session.run();
  } catch (error) {
    if (signal.aborted) {
      return session.end("stopped", "Stopped. “Continue” goes on with this test.");
    }
    throw error;
  }
}

class FixTestSession {
  private readonly granted = new Set<string>();
  private readonly changed: Set<string>;
  private testFileChanged = false;
  /** Of the test's file as it was handed over; saving it may have formatted it. */
  private textHash: string;
  private round: number;

  constructor(
    private readonly goal: FixTestGoal,
    private readonly ports: FixTestPorts,
    private readonly signal: AbortSignal,
  ) {
    const { changedFiles, round } = goal.earlier;
    this.changed = new Set(changedFiles);
    this.round = round;
    this.textHash = goal.textHash;
  }

  async run(): Promise<FixTestEnd> {
    const first = await this.verify();
    const hasActed = this.changed.size > 0 || this.goal.earlier.ranCommands;
    if (first === "not_allowed") {
      const text = "The test was not run, because you did not allow its command.";
      return this.end("not_allowed", hasActed ? text : `${text} Nothing was changed.`);
    }
    if (first.outcome === "passed" && hasActed) {
      return this.end("fixed", this.fixedText(first));
    }
    if (first.outcome === "passed") {
      return this.end("already_passes", `"${nameOfTest(this.goal.test)}" passes already; there is nothing to fix.`);
    }
    if (first.outcome === "missing" || first.outcome === "not_run") {
      return this.cannotRun(first);
    }
    return this.work(first);
  }

  end(kind: Kind, text: string, trouble?: Trouble): FixTestEnd {
    return {
      kind,
      reason: reasons[kind],
      text,
      ...(trouble === undefined ? {} : { trouble }),
      rounds: this.round,
      changedFiles: [...this.changed],
      testFileChanged: this.testFileChanged,
    };
  }

  private async work(first: Verdict): Promise<FixTestEnd> {
    let last = first;
    let said = goalMessage(this.goal.test, this.goal.file, first);
    let idle = false;
    while (this.round < this.goal.rounds) {
      this.round += 1;
      const turn = await this.ports.agent(said, this.signal);
      for (const file of turn.changedFiles) {
        this.changed.add(file);
      }
      if (this.signal.aborted || turn.ending.reason === "stopped") {
        return this.end("stopped", turn.ending.text);
      }
      const acted = turn.changedFiles.length > 0 || turn.ranCommands;
      const failed = endedBadly(turn.ending);
      if (!acted) {
        if (failed || idle) {
          return failed
            ? this.agentFailed(turn.ending)
            : this.notFixed(last, "The model stopped without changing a file.");
        }
        idle = true;
        said = nothingChangedMessage;
        continue;
      }
      idle = false;
      const verdict = await this.verify();
      if (verdict === "not_allowed") {
        return this.end("not_allowed", "The command to run the test has changed, and you did not allow the new one.");
      }
      if (verdict.outcome === "passed") {
        return this.end("fixed", this.fixedText(verdict));
      }
      if (failed) {
        return this.agentFailed(turn.ending);
      }
      said = againMessage(verdict, { number: this.round, of: this.goal.rounds, same: isSame(verdict, last) });
      last = verdict;
    }
    return this.notFixed(last, `${this.goal.rounds} rounds are over.`);
  }

  /** One run with its two events. Round 0 is the run before the model is asked. */
  private async verify(): Promise<Verdict | "not_allowed"> {
    const startedAt = performance.now();
    const planned = await this.planRun();
    if (!("args" in planned)) {
      const command = "";
      await this.ports.emit({ type: "verify_started", ...this.place(), command });
      return this.give({ ...planned, durationMs: performance.now() - startedAt });
    }
    if (!this.granted.has(planned.grant)) {
      if (!(await this.ports.permit(planned, this.signal))) {
        return "not_allowed";
      }
      this.granted.add(planned.grant);
    }
    await this.save();
    await this.ports.emit({ type: "verify_started", ...this.place(), command: planned.shown });
    const result = await this.ports.run(planned, this.signal);
    const verdict = judgeRun(planned, result, this.goal.folder);
    await this.give(verdict);
    this.signal.throwIfAborted();
    return verdict;
  }

  private async planRun(): Promise<RunPlan | Omit<Verdict, "durationMs">> {
    const text = await this.ports.readTestFile(this.signal);
    this.testFileChanged = (await hashOf(text)) !== this.textHash;
    const now = text === undefined ? undefined : await this.findTest(text);
    if (now === undefined) {
      return {
        outcome: "missing",
        summary: "The test is no longer in its file: it was renamed, moved or removed.",
        detail: "",
      };
    }
    try {
      return await this.ports.plan(now, this.signal);
    } catch (error) {
      if (!(error instanceof AgentError)) {
        throw error;
      }
      return { outcome: "not_run", summary: error.message, detail: error.remedy };
    }
  }

  /** What a formatter makes of the test's file while it is saved is nobody's change. */
  private async save(): Promise<void> {
    await this.ports.save();
    if (!this.testFileChanged) {
      this.textHash = (await hashOf(await this.ports.readTestFile(this.signal))) ?? this.textHash;
    }
  }

  private async findTest(text: string): Promise<FoundTest | undefined> {
    const { test, tests } = this.goal;
    return text === this.goal.text ? test : findAgain(await this.ports.find(text), test, tests);
  }

  private place(): { round: number; rounds: number; test: string } {
    return { round: this.round, rounds: this.goal.rounds, test: nameOfTest(this.goal.test) };
  }

  private async give(verdict: Verdict): Promise<Verdict> {
    const { outcome, summary, detail, durationMs } = verdict;
    const changed = this.testFileChanged && outcome === "passed" ? " The test file itself was changed." : "";
    const text = detail === "" ? `${summary}${changed}` : `${summary}${changed}\n\n${detail}`;
    await this.ports.emit({ type: "verdict_given", round: this.round, outcome, text, durationMs });
    return verdict;
  }

  private cannotRun(verdict: Verdict): FixTestEnd {
    const message = `"${nameOfTest(this.goal.test)}" cannot be fixed this way. ${verdict.summary}`;
    const remedy = verdict.detail === "" ? "Make the test run by itself, then try again." : verdict.detail;
    return this.end("cannot_run", message, { code: "test_not_run", message, remedy });
  }

  private agentFailed(ending: Ending): FixTestEnd {
    return { ...this.end("model_failed", ending.text, ending.trouble), reason: ending.reason };
  }

  private notFixed(last: Verdict, why: string): FixTestEnd {
    const state = last.outcome === "failed" ? "still fails" : "has not passed";
    return this.end("not_fixed", `"${nameOfTest(this.goal.test)}" ${state}. ${why}`);
  }

  /** A pass is worth less when what decides it was changed too; then that is said. */
  private fixedText(verdict: Verdict): string {
    const others = [...this.changed].filter((file) => file !== this.goal.file && decidesTests.test(file));
    const notes = [
      this.testFileChanged ? "The test file itself was changed: read that change before you trust the result." : "",
      others.length > 0 ? `Also changed, and it can decide how tests run: ${others.join(", ")}.` : "",
    ];
    return [`"${nameOfTest(this.goal.test)}" passes now.`, verdict.summary, ...notes]
      .filter((note) => note !== "")
      .join(" ");
  }
}

async function hashOf(text: string | undefined): Promise<string | undefined> {
  return text === undefined ? undefined : sha256(text);
}

function endedBadly({ reason }: Ending): boolean {
  return reason === "model_failed" || reason === "failed" || reason === "step_limit" || reason === "stuck";
}

function isSame(a: Verdict, b: Verdict): boolean {
  return a.outcome === b.outcome && a.summary === b.summary && a.detail === b.detail;
}
