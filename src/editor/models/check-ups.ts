import * as z from "zod";
import type { ModelHabits } from "../../core/ports";
import { standingLimits } from "../../endpoint/check-up/limits";
import { CheckUpReport, checkUpKey } from "../../endpoint/check-up/report";
import type { Disposable } from "../disposables";
import { Emitter } from "../emitter";
import type { Memory } from "./kept-facts";

const memoryKey = "checkUps";
const mostKept = 60;
const Kept = z.record(z.string(), z.unknown());

interface Examined {
  baseUrl: string;
  model: string;
}

/** The newest report on each model, kept between windows. Reports that are not understood are as if there were none. */
export class CheckUps implements Disposable {
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.listen;

  constructor(private readonly memory: Memory) {}

  get(endpoint: Examined): CheckUpReport | undefined {
    return CheckUpReport.safeParse(this.all()[checkUpKey(endpoint)]).data;
  }

  /** A check-up that was stopped says less than an earlier one that was not: then that stays. */
  async keep(report: CheckUpReport): Promise<void> {
    if (report.ended === "stopped" && this.get(report) !== undefined) {
      return;
    }
    const key = checkUpKey(report);
    const { [key]: _, ...others } = this.all();
    const kept = [...Object.entries(others), [key, report] as const].slice(-mostKept);
    await this.memory.update(memoryKey, Object.fromEntries(kept));
    this.changed.fire();
  }

  /** What the loop does differently because of it, as far as it holds for the window that the server has now. */
  habits(endpoint: Examined & { contextWindow?: number | undefined }): ModelHabits | undefined {
    const report = this.get(endpoint);
    if (report === undefined) {
      return undefined;
    }
    const limits = standingLimits(report, endpoint.contextWindow);
    const { compactAtShare, readLines, contextTokens, wholeFileBelowLines } = limits;
    const callsPerReply = limits.callsPerReply === "one" ? 1 : undefined;
    return {
      compactAtShare,
      readLines,
      contextTokens,
      wholeFileBelowLines,
      callsPerReply,
      answersOnly: !limits.agentMode,
    };
  }

  /** In a few words, for a line of the picker. */
  words(endpoint: Examined): string | undefined {
    const report = this.get(endpoint);
    return report && describeReport(report);
  }

  dispose(): void {
    this.changed.dispose();
  }

  private all(): Record<string, unknown> {
    return Kept.safeParse(this.memory.get(memoryKey)).data ?? {};
  }
}

export function describeReport({ ended, probes, limits }: CheckUpReport): string {
  if (ended === "no_answer") {
    return "did not answer when checked";
  }
  const measured = probes.filter(({ outcome }) => outcome !== "not_measured");
  const passed = measured.filter(({ outcome }) => outcome === "passed").length;
  const result = `check-up: ${passed} of ${measured.length}`;
  return limits.agentMode ? result : `${result}, can only answer`;
}
