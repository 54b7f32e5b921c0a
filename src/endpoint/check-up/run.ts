import type { Model } from "../../core/ports";
import { systemPrompt } from "../../core/prompts/system";
import { tools } from "../../core/tools";
import { Exam, notMeasured, type Probe } from "./exam";
import { limitsFrom } from "./limits";
import { answers, streams } from "./probes/answers";
import { noInvention, oneCall, twoCalls, usesResult } from "./probes/calls";
import { edit } from "./probes/edit";
import { memory } from "./probes/memory";
import { prefixCache } from "./probes/prefix-cache";
import { speed } from "./probes/speed";
import type { CheckUpReport, ProbeResult } from "./report";
import { consequencesOf, remark, summaryOf, trustIn } from "./wording";

/** In the order in which they run: what the others depend on first, what takes longest last. */
const probes: readonly Probe[] = [
  answers,
  streams,
  oneCall,
  usesResult,
  edit,
  twoCalls,
  noInvention,
  speed,
  memory,
  prefixCache,
];

const totalMs = 110_000;

export interface CheckUpFacts {
  /** Tokens the server has configured now; left out, the endpoint's own. */
  contextWindow?: number | undefined;
  /** What the model's connection has learnt by now, where it keeps that. */
  learned?: (() => { toolsAsText?: boolean | undefined } | undefined) | undefined;
  /** Milliseconds for everything together; 110,000 when left out. */
  totalMs?: number | undefined;
  /** Makes the texts of this check-up its own. Left out: the time. */
  seed?: string | undefined;
  /** Milliseconds, monotonic. */
  now?: (() => number) | undefined;
}

/** `index` counts from 0 to `count - 1`. `result` is there once the probe is done. */
export interface CheckUpProgress {
  index: number;
  count: number;
  id: ProbeResult["id"];
  title: string;
  result?: ProbeResult;
}

/**
 * Tries what Hearth needs of a model, with Hearth's own prompt and tools, one request at a time. Nothing is carried out:
 * the calls are judged, and the files are made up. Never throws for what a server does; an aborted signal ends it with
 * `ended: "stopped"`.
 */
export async function runCheckUp(
  model: Model,
  facts: CheckUpFacts,
  onProgress: (progress: CheckUpProgress) => void,
  signal: AbortSignal,
): Promise<CheckUpReport> {
  const exam = new Exam(
    model,
    {
      system: systemPrompt(),
      tools: tools.map(({ spec }) => spec),
      contextWindow: facts.contextWindow,
      learned: facts.learned ?? (() => undefined),
      totalMs: facts.totalMs ?? totalMs,
      seed: facts.seed ?? `${Date.now()}`,
      now: facts.now ?? (() => performance.now()),
    },
    signal,
  );
  const results: ProbeResult[] = [];
  for (const [index, { id, title, run }] of probes.entries()) {
    const place = { index, count: probes.length, id, title };
    onProgress(place);
    const startedMs = exam.elapsedMs;
    const verdict = reasonNotToAsk(exam, results) ?? (await run(exam));
    const result = { id, title, ...verdict, durationMs: exam.elapsedMs - startedMs };
    results.push(result);
    onProgress({ ...place, result });
  }
  return reportOn(model, exam, results);
}

function reasonNotToAsk(exam: Exam, results: readonly ProbeResult[]) {
  const [first] = results;
  if (exam.signal.aborted) {
    return notMeasured("Stopped by you.");
  }
  if (first !== undefined && first.outcome !== "passed") {
    return notMeasured("Not tried, because the model did not answer.");
  }
  return exam.remainingMs === 0 ? notMeasured("There was no time left for it.") : undefined;
}

function reportOn({ endpoint }: Model, exam: Exam, results: ProbeResult[]): CheckUpReport {
  const { findings } = exam;
  const limits = limitsFrom(findings);
  const ended = exam.signal.aborted ? "stopped" : results[0]?.outcome === "passed" ? "finished" : "no_answer";
  const { contextWindow } = exam;
  const window = Math.min(contextWindow ?? Number.POSITIVE_INFINITY, limits.contextTokens ?? Number.POSITIVE_INFINITY);
  return {
    version: 1,
    at: Date.now(),
    endpoint: endpoint.name,
    model: endpoint.model,
    baseUrl: endpoint.baseUrl,
    ...(contextWindow === undefined ? {} : { contextWindow }),
    durationMs: exam.elapsedMs,
    ended,
    summary: summaryOf(ended, results, findings, limits, window),
    probes: results,
    findings,
    limits,
    trust: trustIn(findings, window),
    consequences: consequencesOf(limits, findings),
    remark,
  };
}
