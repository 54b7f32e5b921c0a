import { useCallback, useLayoutEffect, useRef } from "preact/hooks";
import type { TaskView } from "../../src/core/fold";
import { memo } from "../memo";
import { RowView } from "./row-view";
import type { Row } from "./rows";
import { useFollowing } from "./use-following";
import { useVirtualRows } from "./use-virtual-rows";

export interface TranscriptProps {
  rows: readonly Row[];
  status: TaskView["status"];
  nonces: ReadonlyMap<string, string>;
  plan: TaskView["plan"];
}

/** The conversation. Announcements for screen readers are made elsewhere: rows come and go while scrolling. */
export const Transcript = memo(function Transcript({ rows, status, nonces, plan }: TranscriptProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { isAway, follow, hold } = useFollowing(scroller, content);
  const isPinned = useCallback((row: Row) => isWaiting(row) || row.key === focusedRow(scroller.current), []);
  const virtualizer = useVirtualRows(scroller, rows, isPinned);
  const waiting = rows.findLastIndex(isWaiting);
  const shown = virtualizer.getVirtualItems();
  useFollowOwnMessage(rows, follow);
  return (
    <div class="transcript">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reachable by keyboard */}
      <section class="scroller" ref={scroller} aria-label="Conversation" tabIndex={0} onClickCapture={hold}>
        <div class="rows" ref={content} style={{ height: `${virtualizer.getTotalSize()}px` }}>
          {shown.map((place) => {
            const row = rows[place.index];
            return (
              row && (
                <div
                  key={row.key}
                  class={`row row-${row.kind}`}
                  data-index={place.index}
                  data-row={row.key}
                  ref={virtualizer.measureElement}
                  style={{ transform: `translateY(${place.start}px)` }}
                >
                  <RowView
                    row={row}
                    nonce={row.kind === "action" ? nonces.get(row.item.action.id) : undefined}
                    plan={isOpenPlan(row) ? plan : undefined}
                    isLast={place.index === rows.length - 1}
                    isIdle={status === "idle" || status === "paused"}
                  />
                </div>
              )
            );
          })}
        </div>
      </section>
      {isAway && (
        <JumpButton
          isWaiting={waiting >= 0}
          onPress={() => (waiting >= 0 ? virtualizer.scrollToIndex(waiting, { align: "center" }) : follow())}
        />
      )}
    </div>
  );
});

function JumpButton({ isWaiting, onPress }: { isWaiting: boolean; onPress: () => void }) {
  return (
    <button type="button" class={`jump ${isWaiting ? "jump-waiting" : ""}`} onClick={onPress}>
      <span class={`codicon codicon-${isWaiting ? "bell" : "arrow-down"}`} aria-hidden="true" />
      {isWaiting ? "Approval needed" : "Jump to latest"}
    </button>
  );
}

/** After sending, the user wants to see their message and what comes of it. */
function useFollowOwnMessage(rows: readonly Row[], follow: () => void): void {
  const last = rows.findLast((row) => row.kind === "user" && row.item.by === "user")?.key;
  useLayoutEffect(() => {
    if (last !== undefined) {
      follow();
    }
  }, [last, follow]);
}

function isWaiting(row: Row): boolean {
  return row.kind === "action" && row.item.state === "waiting";
}

function isOpenPlan(row: Row): boolean {
  return isWaiting(row) && row.kind === "action" && row.item.action.preview.kind === "plan";
}

function focusedRow(scroller: HTMLElement | null): string | undefined {
  const active = document.activeElement;
  const row = active && scroller?.contains(active) ? active.closest<HTMLElement>("[data-row]") : null;
  return row?.dataset["row"];
}
