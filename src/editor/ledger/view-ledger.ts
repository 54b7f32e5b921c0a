import type { Trouble } from "../../core/events";
import { readableBytes } from "../../core/text/sizes";
import type { LedgerEntry, Traffic } from "../../net/ledger";
import type { LedgerLine, LedgerView } from "../../protocol/pages";
import { usualHere } from "../status/name-here";

export interface LedgerFacts {
  /** Oldest first. */
  entries: readonly LedgerEntry[];
  /** Those of the last seven days. */
  week: readonly LedgerEntry[];
  sentence: string;
  traffic: { today: Traffic; week: Traffic };
  /** Titles of the tasks of this workspace. */
  titles: ReadonlyMap<string, string>;
  days: number;
  trouble: Trouble | undefined;
  /** Where a server of this machine runs, in words. */
  here: string;
}

const mostLines = 1_000;

export function viewLedger(facts: LedgerFacts): LedgerView {
  const { entries, sentence, traffic, days, trouble } = facts;
  const shown = entries.slice(-mostLines).reverse();
  return {
    ...(facts.here === usualHere ? {} : { here: facts.here }),
    sentence,
    today: traffic.today,
    week: traffic.week,
    weekly: weeklyLine(facts.week),
    days,
    lines: shown.map((entry) => lineOf(entry, facts.titles)),
    more: entries.length - shown.length,
    ...(trouble ? { trouble: `${trouble.message} ${trouble.remedy}` } : {}),
  };
}

function lineOf({ taskId, ...entry }: LedgerEntry, titles: ReadonlyMap<string, string>): LedgerLine {
  return taskId === undefined ? entry : { ...entry, task: titles.get(taskId) || taskId };
}

/** Tasks that stayed here, tasks that went out, and what left altogether, in the last seven days. */
export function weeklyLine(week: readonly LedgerEntry[]): string {
  const left = week.filter((entry) => leaves(entry) && entry.bytesOut > 0);
  const out = new Set(left.flatMap(({ taskId }) => taskId ?? []));
  const worked = new Set(
    week.flatMap(({ taskId, bytesOut }) => (taskId !== undefined && bytesOut > 0 ? [taskId] : [])),
  );
  const local = [...worked].filter((taskId) => !out.has(taskId)).length;
  const bytes = left.reduce((sum, { bytesOut }) => sum + bytesOut, 0);
  return `In the last seven days ${tasks(local)} worked on this machine alone, ${tasks(out.size)} went out, and ${
    bytes === 0 ? "nothing" : readableBytes(bytes)
  } left this machine.`;
}

function leaves({ where, forwardedTo }: LedgerEntry): boolean {
  return where !== "machine" || forwardedTo !== undefined;
}

function tasks(count: number): string {
  return count === 0 ? "no task" : count === 1 ? "1 task" : `${count} tasks`;
}
