import type { RefObject } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { scrolledByUser } from "../list/own-scroll";

const restMs = 500;
const lookEveryMs = 100;

/**
 * Guards a button against presses that were meant for something else: it counts only after it has stood
 * in the same place for half a second (scrolling by the user aside), and only when a person pressed it.
 */
export function useArmed(button: RefObject<HTMLElement | null>, isReady: boolean) {
  const [isArmed, setArmed] = useState(false);
  const place = useRef("");

  useEffect(() => {
    setArmed(false);
    if (!isReady) {
      return;
    }
    let since = performance.now();
    place.current = placeOf(button.current);
    const look = setInterval(() => {
      const now = placeOf(button.current);
      if (now !== place.current) {
        place.current = now;
        since = performance.now();
        setArmed(false);
      } else if (performance.now() - since >= restMs) {
        setArmed(true);
      }
    }, lookEveryMs);
    return () => clearInterval(look);
  }, [button, isReady]);

  const counts = useCallback(
    (event: Event) => isArmed && event.isTrusted && placeOf(button.current) === place.current,
    [button, isArmed],
  );
  return { isArmed, counts };
}

/** Where the button stands, were it not for the user's own scrolling: that they expect. */
function placeOf(button: HTMLElement | null): string {
  const box = button?.getBoundingClientRect();
  const scroller = button?.closest(".scroller");
  return box ? `${Math.round(box.left)},${Math.round(box.top + (scroller ? scrolledByUser(scroller) : 0))}` : "";
}
