import { expect, test } from "vitest";
import { DisposableStore } from "./disposables";
import { Emitter } from "./emitter";

test("a listener hears until it is disposed", () => {
  const emitter = new Emitter<number>();
  const heard: number[] = [];
  const first = emitter.listen((value) => heard.push(value));
  emitter.listen((value) => {
    heard.push(value * 10);
    first.dispose();
  });
  emitter.fire(1);
  emitter.fire(2);
  emitter.dispose();
  emitter.fire(3);
  expect(heard).toEqual([1, 10, 20]);
});

test("a store lets go of everything once, the last first, and of what comes too late at once", () => {
  const gone: string[] = [];
  const store = new DisposableStore();
  for (const name of ["a", "b"]) {
    store.add({ dispose: () => gone.push(name) });
  }
  store.dispose();
  store.dispose();
  store.add({ dispose: () => gone.push("late") });
  expect(gone).toEqual(["b", "a", "late"]);
});
