import { isOtherWindow, standingLimits } from "../../endpoint/check-up/limits";
import type { CheckUpReport } from "../../endpoint/check-up/report";
import type { CheckUpProgress } from "../../endpoint/check-up/run";
import { consequencesOf } from "../../endpoint/check-up/wording";
import type { CheckUpLine, CheckUpView } from "../../protocol/pages";

interface Examined {
  model: string;
  name: string;
}

/** What a check-up that is under way has shown so far. */
export function viewProgress({ model, name }: Examined, seen: readonly CheckUpProgress[]): CheckUpView {
  const lines = new Map<number, CheckUpLine>();
  for (const { index, title, result } of seen) {
    lines.set(
      index,
      result === undefined
        ? { title, state: "running", detail: "" }
        : { title, state: result.outcome, detail: result.detail, durationMs: result.durationMs },
    );
  }
  const count = seen[0]?.count ?? 0;
  const done = [...lines.values()].filter(({ state }) => state !== "running").length;
  return {
    ...empty,
    model,
    endpoint: name,
    state: "running",
    summary: count === 0 ? "The model is asked for its first word." : `${done} of ${count} done.`,
    lines: [...lines.values()],
  };
}

/** `windowNow`: tokens that the server has configured now, where that is known. */
export function viewReport(report: CheckUpReport, windowNow?: number): CheckUpView {
  const { model, endpoint, at, durationMs, summary, probes, trust, remark } = report;
  return {
    model,
    endpoint,
    state: "done",
    at,
    durationMs,
    summary,
    lines: probes.map((probe) => ({
      title: probe.title,
      state: probe.outcome,
      detail: probe.detail,
      ...(probe.outcome === "not_measured" ? {} : { durationMs: probe.durationMs }),
    })),
    measures: measuresOf(report),
    trust,
    consequences: consequencesNow(report, windowNow),
    remark,
  };
}

/** Nothing is promised that was measured in another window. */
function consequencesNow(report: CheckUpReport, windowNow: number | undefined): string[] {
  if (windowNow === undefined || !isOtherWindow(report, windowNow)) {
    return report.consequences;
  }
  const now = `${windowNow.toLocaleString("en")} tokens`;
  const moved = `The window has ${now} now, other than at this check-up: what it said about long prompts no longer counts. Check again to know.`;
  return [moved, ...consequencesOf(standingLimits(report, windowNow), report.findings)];
}

export function viewNone({ model, name }: Examined): CheckUpView {
  return {
    ...empty,
    model,
    endpoint: name,
    summary:
      "This model was not checked here yet. A check-up takes less than two minutes, uses this model alone and changes nothing.",
  };
}

const empty: CheckUpView = {
  model: "",
  endpoint: "",
  state: "none",
  summary: "",
  lines: [],
  measures: [],
  trust: [],
  consequences: [],
  remark: "",
};

function measuresOf({ findings, contextWindow }: CheckUpReport): CheckUpView["measures"] {
  const { readingSpeed, writingSpeed, firstTokenMs, prefixCache } = findings;
  const found: [string, string | undefined][] = [
    ["Reads", readingSpeed === undefined ? undefined : `${perSecond(readingSpeed)} tokens a second`],
    ["Writes", writingSpeed === undefined ? undefined : `${perSecond(writingSpeed)} tokens a second`],
    ["First word after", firstTokenMs === undefined ? undefined : `${(firstTokenMs / 1_000).toFixed(1)} s`],
    ["Prefix cache", prefixCache === undefined ? undefined : prefixCache === "works" ? "works" : "does not work"],
    ["Window", contextWindow === undefined ? undefined : `${contextWindow.toLocaleString("en")} tokens`],
  ];
  return found.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}

function perSecond(tokens: number): string {
  return tokens < 10 ? tokens.toFixed(1) : Math.round(tokens).toLocaleString("en");
}
