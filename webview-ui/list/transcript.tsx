import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { TaskView } from "../../src/core/task-view";
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
  const waiting = useMemo(() => rows.flatMap((row, index) => (isWaiting(row) ? [index] : [])), [rows]);
  const virtualizer = useVirtualRows(scroller, rows, () => [...waiting, ...focusedRow(scroller.current)]);
  const asking = waiting.at(-1);
  const shown = virtualizer.getVirtualItems();
  useFollowOwnMessage(rows, follow);
  const onKeyDown = (event: KeyboardEvent) => {
    if (scroller.current && event.target === scroller.current && jumpByKey(event.key, scroller.current)) {
      event.preventDefault();
    }
  };
  return (
    <div class="transcript">
      <section
        class="scroller"
        ref={scroller}
        aria-label="Conversation"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reachable by keyboard
        tabIndex={0}
        onClickCapture={hold}
        onKeyDown={onKeyDown}
      >
        <div class="rows" ref={content} style={{ height: `${virtualizer.getTotalSize()}px` }}>
          {shown.map((place) => {
            const row = rows[place.index];
            return (
              row && (
                <div
                  key={row.key}
                  class={`row row-${row.kind}`}
                  data-index={place.index}
                  ref={virtualizer.measureElement}
                  style={{ transform: `translateY(${place.start}px)` }}
                >
                  <RowView
                    row={row}
                    nonce={row.kind === "action" ? nonces.get(row.item.action.id) : undefined}
                    plan={isOpenPlan(row) ? plan : undefined}
                    isLast={place.index === rows.length - 1}
                    isIdle={status === "idle" || status === "paused"}
                    isPaused={status === "paused"}
                  />
                </div>
              )
            );
          })}
        </div>
      </section>
      {isAway && (
        <JumpButton
          isWaiting={asking !== undefined}
          onPress={() => (asking === undefined ? follow() : virtualizer.scrollToIndex(asking, { align: "center" }))}
        />
      )}
    </div>
  );
});

/** At once and not smoothly: rows that are measured on the way would stop a smooth scroll. */
function jumpByKey(key: string, scroller: HTMLElement): boolean {
  const page = 0.9 * scroller.clientHeight;
  const targets: Record<string, number> = {
    Home: 0,
    End: scroller.scrollHeight,
    PageUp: scroller.scrollTop - page,
    PageDown: scroller.scrollTop + page,
  };
  const target = targets[key];
  if (target !== undefined) {
    scroller.scrollTop = target;
  }
  return target !== undefined;
}

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

/** The index of the row that holds the focus, if one does. */
function focusedRow(scroller: HTMLElement | null): number[] {
  const active = document.activeElement;
  const row = active && scroller?.contains(active) ? active.closest("[data-index]") : null;
  return row ? [Number(row.getAttribute("data-index"))] : [];
}
