import type { RefObject } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { scrollByPage } from "./own-scroll";

/** Distance from the end, in pixels, that still counts as being at the end. */
const nearEnd = 32;

/** Keeps a scrolled element at its end while the user is there. A press inside it means: leave me where I am. */
export function useFollowing(scroller: RefObject<HTMLElement | null>, content: RefObject<HTMLElement | null>) {
  const follows = useRef(true);
  const lastTop = useRef(0);
  const [isAway, setAway] = useState(false);

  const settle = useCallback(() => {
    const element = scroller.current;
    if (element && follows.current) {
      scrollByPage(element, element.scrollHeight);
      lastTop.current = element.scrollTop;
    }
  }, [scroller]);

  const follow = useCallback(() => {
    follows.current = true;
    setAway(false);
    settle();
  }, [settle]);

  /** Before the user changes a card's height: the end may move away without taking them along. */
  const hold = useCallback(() => {
    follows.current = false;
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        const element = scroller.current;
        if (element && isNearEnd(element)) {
          follows.current = true;
        } else {
          setAway(true);
        }
      }),
    );
  }, [scroller]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) {
      return;
    }
    const onScroll = () => {
      const wentUp = element.scrollTop < lastTop.current - 2;
      lastTop.current = element.scrollTop;
      if (isNearEnd(element)) {
        follows.current = true;
        setAway(false);
      } else if (wentUp || !follows.current) {
        follows.current = false;
        setAway(true);
      }
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, [scroller]);

  useLayoutEffect(() => {
    const observer = new ResizeObserver(settle);
    for (const element of [scroller.current, content.current]) {
      if (element) {
        observer.observe(element);
      }
    }
    return () => observer.disconnect();
  }, [scroller, content, settle]);

  return { isAway, follow, hold };
}

function isNearEnd(element: HTMLElement): boolean {
  return element.scrollHeight - element.scrollTop - element.clientHeight <= nearEnd;
}
