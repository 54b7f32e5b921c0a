const moved = new WeakMap<Element, number>();

/** Scrolls an element as the page's own doing, and remembers by how much. */
export function scrollByPage(element: Element, top: number): void {
  const before = element.scrollTop;
  element.scrollTop = top;
  moved.set(element, (moved.get(element) ?? 0) + element.scrollTop - before);
}

/** The part of the scroll position that is the user's doing. */
export function scrolledByUser(element: Element): number {
  return element.scrollTop - (moved.get(element) ?? 0);
}
