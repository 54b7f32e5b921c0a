import type { CheckUpReport, Findings, LoopLimits } from "./report";

/** Tokens read or written in a second, below which a person waits. */
export const slow = { reading: 150, writing: 8 } as const;

const rewriteBelowLines = 150;
const fewLines = 150;

/** What follows from the findings for the loop. What was not found changes nothing. */
export function limitsFrom(found: Findings): LoopLimits {
  const cut = found.silentCut?.counted;
  return {
    agentMode: found.calls === undefined || found.calls === "made" || found.calls === "in_text",
    callsPerReply: found.callsPerReply ?? "several",
    callsInText: found.calls === "in_text",
    ...(found.edits === "fails" || found.edits === "rewrites" ? { wholeFileBelowLines: rewriteBelowLines } : {}),
    ...(readsLittle(found) ? { readLines: fewLines } : {}),
    ...(cut === undefined ? {} : { contextTokens: cut }),
    ...compactAt(found),
  };
}

/**
 * The limits of a report, as far as they hold for the window that the server has now: how much of a prompt it drops is a
 * matter of the window that was measured.
 */
export function standingLimits(report: CheckUpReport, windowNow: number | undefined): LoopLimits {
  const { silentCut: _, ...others } = report.findings;
  return isOtherWindow(report, windowNow) ? limitsFrom(others) : report.limits;
}

export function isOtherWindow({ contextWindow }: CheckUpReport, windowNow: number | undefined): boolean {
  return windowNow !== undefined && windowNow !== contextWindow;
}

function readsLittle({ readingSpeed, remembers, silentCut }: Findings): boolean {
  return (readingSpeed !== undefined && readingSpeed < slow.reading) || remembers === false || silentCut !== undefined;
}

function compactAt({ remembers, prefixCache }: Findings): Pick<LoopLimits, "compactAtShare"> {
  if (remembers === false) {
    return { compactAtShare: 0.5 };
  }
  return prefixCache === "does_not_work" ? { compactAtShare: 0.6 } : {};
}
