import type { Checkpoint } from "./checkpoint";

interface Open {
  own: readonly string[];
  others: Set<string>;
}

/** Checkpoints of this process whose effect has not ended, and what the others among them wrote at the same time. */
export class UnderWay {
  private readonly open = new Map<string, Open>();

  begin({ id, files }: Checkpoint): void {
    const own = files.map(({ path }) => path);
    const others = new Set<string>();
    for (const other of this.open.values()) {
      for (const path of own) {
        other.others.add(path);
      }
      for (const path of other.own) {
        others.add(path);
      }
    }
    this.open.set(id, { own, others });
  }

  end(id: string): void {
    this.open.delete(id);
  }

  has(id: string): boolean {
    return this.open.has(id);
  }

  /** Files that edits and restores wrote, or were about to write, while this one was under way. */
  writtenBesides(id: string): ReadonlySet<string> {
    return this.open.get(id)?.others ?? new Set();
  }
}
