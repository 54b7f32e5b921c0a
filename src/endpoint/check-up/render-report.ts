import type { CheckUpReport, ProbeOutcome, TrustSentence } from "./report";

const marks: Record<ProbeOutcome, string> = { passed: "✓", failed: "✗", not_measured: "–" };
const levels: Record<TrustSentence["level"], string> = {
  can: "It can be trusted with",
  with_care: "With care",
  cannot: "It cannot be trusted with",
};

/** The report card as Markdown, for a document or the clipboard. */
export function renderReport(report: CheckUpReport): string {
  const { model, endpoint, summary, probes, trust, consequences, remark } = report;
  return [
    `# Check-up of ${code(model)} on ${text(endpoint)}`,
    `${new Date(report.at).toISOString().slice(0, 16).replace("T", " ")} UTC, ${Math.round(report.durationMs / 1000)} seconds`,
    text(summary),
    "## What was tried",
    probes.map(({ outcome, title, detail }) => `- ${marks[outcome]} **${title}.** ${text(detail)}`).join("\n"),
    ...(trust.length === 0 ? [] : ["## What it can be trusted with", trust.map(trustLine).join("\n")]),
    "## What Hearth does differently",
    consequences.length === 0 ? "Nothing." : consequences.map((sentence) => `- ${sentence}`).join("\n"),
    remark,
    "",
  ].join("\n\n");
}

function trustLine({ level, text: sentence }: TrustSentence): string {
  return `- ${levels[level]}: ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}

/** Details quote the model and the server: nothing of theirs becomes a link, a picture or a heading. */
function text(value: string): string {
  return value.replace(/\s+/g, " ").replace(/[\\`*_{}[\]()#!<>|~]/g, "\\$&");
}

function code(value: string): string {
  return `\`${value.replace(/[`\s]+/g, " ")}\``;
}
