export interface Disposable {
  dispose(): void;
}

/** What an object subscribed to, let go together and once, the last first. */
export class DisposableStore implements Disposable {
  private readonly held: Disposable[] = [];
  private gone = false;

  add<Thing extends Disposable>(thing: Thing): Thing {
    if (this.gone) {
      thing.dispose();
    } else {
      this.held.push(thing);
    }
    return thing;
  }

  dispose(): void {
    this.gone = true;
    for (const thing of this.held.splice(0).reverse()) {
      thing.dispose();
    }
  }
}
