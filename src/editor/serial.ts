/** Runs one thing after the other, in the order they were asked for. A failure ends its own thing only. */
export class Serial {
  private last: Promise<unknown> = Promise.resolve();

  run<Result>(thing: () => Promise<Result>): Promise<Result> {
    const next = this.last.then(thing, thing);
    this.last = next.catch(() => undefined);
    return next;
  }
}
