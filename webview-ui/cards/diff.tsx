import type { Hunk } from "../../src/core/events";
import { memo } from "../memo";
import { useKept } from "../task/kept-state";
import { plural } from "../text/measures";
import { SafeText } from "../text/safe-text";
import { type DiffLine, numberLines } from "./diff-lines";

const shownFirst = 24;
const shownMore = 1_000;

interface DiffProps {
  /** The name under which the page remembers how much is shown. */
  name: string;
  hunks: readonly Hunk[];
  /** With ticks, each hunk can be taken or left. */
  ticks?: { taken: readonly string[]; onChange: (taken: string[]) => void } | undefined;
}

/** The change of one file, line by line. */
export function Diff({ name, hunks, ticks }: DiffProps) {
  const [limit, setLimit] = useKept(`${name}:lines`, shownFirst);
  const total = hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0);
  let left = limit;
  return (
    <div class="diff">
      {hunks.map((hunk) => {
        const count = Math.max(0, left);
        left -= hunk.lines.length;
        return (
          <div key={hunk.id} class="hunk">
            {ticks && <HunkTick hunk={hunk} ticks={ticks} />}
            {count > 0 && <HunkLines hunk={hunk} count={count} />}
          </div>
        );
      })}
      {total > limit && (
        <button type="button" class="show-more" onClick={() => setLimit(limit + shownMore)}>
          {total <= limit + shownMore
            ? `Show all ${plural(total, "line")}`
            : `Show ${shownMore} more of ${total} lines`}
        </button>
      )}
    </div>
  );
}

const HunkLines = memo(function HunkLines({ hunk, count }: { hunk: Hunk; count: number }) {
  return (
    <table class="diff-table">
      <caption class="unseen">{describeHunk(hunk)}</caption>
      <tbody>
        {numberLines(hunk)
          .slice(0, count)
          .map((line, index) => (
            <Line key={index} line={line} />
          ))}
      </tbody>
    </table>
  );
});

const signs: Record<DiffLine["kind"], string> = { same: " ", removed: "−", added: "+", remark: "" };

function Line({ line }: { line: DiffLine }) {
  return (
    <tr class={`line line-${line.kind}`}>
      <td class="line-number line-old">{line.oldLine}</td>
      <td class="line-number line-new">{line.newLine}</td>
      <td class="line-number line-one">{line.newLine ?? line.oldLine}</td>
      <td class="line-sign">{signs[line.kind]}</td>
      <td class="line-text">
        <SafeText text={line.text} />
      </td>
    </tr>
  );
}

function HunkTick({ hunk, ticks }: { hunk: Hunk; ticks: NonNullable<DiffProps["ticks"]> }) {
  const isTaken = ticks.taken.includes(hunk.id);
  const toggle = () => ticks.onChange(isTaken ? ticks.taken.filter((id) => id !== hunk.id) : [...ticks.taken, hunk.id]);
  return (
    <label class="hunk-tick">
      <input type="checkbox" checked={isTaken} onChange={toggle} />
      {describeHunk(hunk)}
    </label>
  );
}

function describeHunk(hunk: Hunk): string {
  const added = hunk.lines.filter((line) => line.startsWith("+")).length;
  const removed = hunk.lines.filter((line) => line.startsWith("-")).length;
  const before = hunk.lines.findIndex((line) => line.startsWith("+") || line.startsWith("-"));
  return `Line ${hunk.newStart + Math.max(0, before)}: ${added} added, ${removed} removed`;
}
