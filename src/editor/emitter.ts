import type { Disposable } from "./disposables";

export type Listen<Event> = (listener: (event: Event) => void) => Disposable;

/** Tells every listener, in the order they came. Works without VS Code, so that what uses it can be tested without it. */
export class Emitter<Event> implements Disposable {
  private readonly listeners = new Set<(event: Event) => void>();

  readonly listen: Listen<Event> = (listener) => {
    const own = (event: Event) => listener(event);
    this.listeners.add(own);
    return { dispose: () => this.listeners.delete(own) };
  };

  fire(event: Event): void {
    for (const listener of [...this.listeners]) {
      listener(event);
    }
  }

  dispose(): void {
    this.listeners.clear();
  }
}
