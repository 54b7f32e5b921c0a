import { createContext } from "preact";
import { useContext, useState } from "preact/hooks";

/** What the user did inside cards (ticks, remarks, open parts), kept while their rows are scrolled out of the page. */
export type Kept = Map<string, unknown>;

export const KeptContext = createContext<Kept>(new Map());

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
