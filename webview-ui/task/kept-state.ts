import { createContext } from "preact";
import { useContext, useState } from "preact/hooks";
import * as z from "zod";
import type { TaskView } from "../../src/core/task-view";

/** What the editor keeps for the page while it is hidden. */
export interface Store {
  getState(): unknown;
  setState(state: unknown): void;
}

const Stored = z.object({ taskId: z.string(), texts: z.record(z.string(), z.string()) });

/**
 * What the user did inside the cards of one task (ticks, remarks, open parts), kept while their rows are scrolled out of the
 * page. Texts are kept also while the page is gone: their names begin with the action that they are for.
 */
export class Kept {
  private readonly values = new Map<string, unknown>();

  constructor(
    private readonly taskId = "",
    private readonly store?: Store,
  ) {
    const stored = Stored.safeParse(store?.getState()).data;
    for (const [name, text] of Object.entries(stored?.taskId === taskId ? stored.texts : {})) {
      this.values.set(name, text);
    }
  }

  get(name: string): unknown {
    return this.values.get(name);
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  set(name: string, value: unknown): void {
    this.values.set(name, value);
    if (typeof value === "string") {
      this.save();
    }
  }

  /** A text is of use only while its action waits for an answer. */
  forgetAnswered(items: TaskView["items"]): void {
    const waits = (name: string) =>
      items.some((item) => item.kind === "action" && item.state === "waiting" && name.startsWith(`${item.action.id}:`));
    const answered = this.texts().filter(([name]) => !waits(name));
    for (const [name] of answered) {
      this.values.delete(name);
    }
    if (answered.length > 0) {
      this.save();
    }
  }

  private texts(): [string, string][] {
    return [...this.values].filter((entry): entry is [string, string] => typeof entry[1] === "string");
  }

  private save(): void {
    this.store?.setState({ taskId: this.taskId, texts: Object.fromEntries(this.texts()) });
  }
}

export const KeptContext = createContext(new Kept());

/** Like `useState`, but the value outlives the component. One name is always used with one type. */
export function useKept<Value>(name: string, first: Value): [Value, (value: Value) => void] {
  const kept = useContext(KeptContext);
  const [, refresh] = useState(0);
  const value = kept.has(name) ? (kept.get(name) as Value) : first;
  return [
    value,
    (next) => {
      kept.set(name, next);
      refresh((count) => count + 1);
    },
  ];
}
