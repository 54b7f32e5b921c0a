import { expect, test, vi } from "vitest";
import { Later } from "./later";

test("the same name again puts off anew, and what was put off last happens once", () => {
  vi.useFakeTimers();
  try {
    const done: string[] = [];
    const later = new Later(100);
    later.put("a", () => done.push("first"));
    vi.advanceTimersByTime(60);
    later.put("a", () => done.push("second"));
    later.put("b", () => done.push("other"));
    vi.advanceTimersByTime(60);
    expect(done).toEqual([]);
    later.now();
    expect(done).toEqual(["second", "other"]);
    later.put("c", () => done.push("never"));
    later.dispose();
    vi.advanceTimersByTime(1_000);
    expect(done).toHaveLength(2);
  } finally {
    vi.useRealTimers();
  }
});
