import { useState } from "preact/hooks";
import { readableBytes } from "../../../src/core/text/sizes";
import type { LedgerLine } from "../../../src/protocol/pages";
import { Icon } from "../../icon";
import { plural, readableDuration } from "../../text/measures";
import { SafeText } from "../../text/safe-text";
import type { LedgerRow } from "./group-lines";

export const placeLooks: Record<LedgerLine["where"], { icon: string; words: string }> = {
  machine: { icon: "home", words: "This machine" },
  network: { icon: "radio-tower", words: "Your network" },
  internet: { icon: "cloud", words: "The internet" },
};

export function LedgerRowView({ row }: { row: LedgerRow }) {
  const [isOpen, setOpen] = useState(false);
  const [first, ...rest] = row.lines;
  if (rest.length === 0) {
    return <Line line={first} />;
  }
  return (
    <>
      <tr class="group">
        <td>{timeOf(first.at)}</td>
        <td>
          <button type="button" class="group-open" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            <Icon name={isOpen ? "chevron-down" : "chevron-right"} /> {capital(first.purpose)}:{" "}
            {plural(row.lines.length, "request")}
          </button>
        </td>
        <Place line={first} hasPath={false} />
        <td class="number">{readableBytes(sum(row.lines, "bytesOut"))}</td>
        <td class="number">{readableBytes(sum(row.lines, "bytesIn"))}</td>
        <td />
      </tr>
      {isOpen && row.lines.map((line) => <Line key={line.id} line={line} isInner />)}
    </>
  );
}

function Line({ line, isInner = false }: { line: LedgerLine; isInner?: boolean }) {
  const leaves = line.where !== "machine" || line.forwardedTo !== undefined;
  return (
    <tr class={`${leaves && line.refused === undefined ? "line-out" : ""} ${isInner ? "line-inner" : ""}`}>
      <td title={new Date(line.at).toISOString()}>{timeOf(line.at)}</td>
      <td>
        <div class="line-purpose">
          {capital(line.purpose)}
          {line.model !== undefined && (
            <>
              {" "}
              with <SafeText text={line.model} />
            </>
          )}
        </div>
        {line.task !== undefined && (
          <div class="quiet-words">
            Task: <SafeText text={line.task} />
          </div>
        )}
        <GrantWords line={line} />
      </td>
      <Place line={line} />
      <td class="number">{readableBytes(line.bytesOut)}</td>
      <td class="number">{readableBytes(line.bytesIn)}</td>
      <td>
        {line.refused === undefined ? (
          <span class="line-answer">
            {line.status ?? "none"} <span class="quiet-words">{readableDuration(line.durationMs)}</span>
          </span>
        ) : (
          <span class="refused">
            <Icon name="circle-slash" /> Not sent: <SafeText text={line.refused} />
          </span>
        )}
      </td>
    </tr>
  );
}

/** The proof that what went out is what was shown: how many of its bytes stood in the preview. */
function GrantWords({ line }: { line: LedgerLine }) {
  if (line.grant === undefined) {
    return null;
  }
  const { bodyBytes, shownBytes } = line;
  const added = bodyBytes !== undefined && shownBytes !== undefined ? bodyBytes - shownBytes : undefined;
  return (
    <div class="quiet-words">
      <Icon name="key" /> Permission <code>{line.grant}</code>
      {added !== undefined &&
        (added === 0
          ? `: all ${readableBytes(bodyBytes ?? 0)} as shown before`
          : `: ${readableBytes(shownBytes ?? 0)} as shown before, ${readableBytes(added)} of new turns`)}
    </div>
  );
}

function Place({ line, hasPath = true }: { line: LedgerLine; hasPath?: boolean }) {
  const look = line.forwardedTo === undefined ? placeLooks[line.where] : placeLooks.internet;
  return (
    <td>
      <div>
        <Icon name={look.icon} /> {look.words}
        {line.forwardedTo !== undefined && (
          <>
            , passed on to <SafeText text={line.forwardedTo} />
          </>
        )}
      </div>
      <div class="quiet-words address">
        <SafeText text={line.host} />
        {line.proxy !== undefined && (
          <>
            {" "}
            through the proxy <SafeText text={line.proxy} />
          </>
        )}
        {line.address !== "" && line.address !== line.host && (
          <>
            {" "}
            (<SafeText text={line.address} />)
          </>
        )}{" "}
        {hasPath && <SafeText text={`${line.method} ${line.path}`} />}
      </div>
    </td>
  );
}

function timeOf(at: number): string {
  const day = new Date(at);
  const time = day.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const isToday = day.toDateString() === new Date().toDateString();
  return isToday ? time : `${day.toLocaleDateString(undefined, { day: "numeric", month: "short" })}, ${time}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sum(lines: readonly LedgerLine[], of: "bytesOut" | "bytesIn"): number {
  return lines.reduce((total, line) => total + line[of], 0);
}
