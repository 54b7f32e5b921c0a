import {
  defaultRangeExtractor,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useState } from "preact/hooks";
import { scrollByPage } from "./own-scroll";
import type { Row } from "./rows";

const usualHeights: Record<Row["kind"], number> = {
  user: 56,
  thought: 24,
  prose: 120,
  writing: 24,
  reply_end: 24,
  reads: 24,
  action: 120,
  note: 24,
  verify: 28,
  finished: 64,
};

/** Rows in the page are those in view, a few around them, and those that must not go: waiting or focused. */
export function useVirtualRows(
  scroller: RefObject<HTMLElement | null>,
  rows: readonly Row[],
  pinned: () => readonly number[],
): Virtualizer<HTMLElement, HTMLElement> {
  const [, refresh] = useReducer((count: number) => count + 1, 0);
  const options: VirtualizerOptions<HTMLElement, HTMLElement> = {
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => usualHeights[rows[index]?.kind ?? "note"],
    getItemKey: (index) => rows[index]?.key ?? index,
    observeElementRect,
    observeElementOffset,
    scrollToFn: (offset, _, instance) => instance.scrollElement && scrollByPage(instance.scrollElement, offset),
    overscan: document.body.classList.contains("vscode-using-screen-reader") ? 100 : 6,
    paddingStart: 8,
    paddingEnd: 12,
    rangeExtractor: (range) => {
      const indexes = new Set([...defaultRangeExtractor(range), ...pinned()]);
      return [...indexes].filter((index) => index < rows.length).sort((a, b) => a - b);
    },
    onChange: () => refresh(undefined),
  };
  const [virtualizer] = useState(() => new Virtualizer(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  return virtualizer;
}
