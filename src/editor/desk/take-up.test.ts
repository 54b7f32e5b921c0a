import { expect, test } from "vitest";
import { AgentError } from "../../core/errors";
import { takeUp } from "./take-up";

const { signal } = new AbortController();
const held = () => new AgentError("task_held", "This task is already open in another window.", "Close it there.");

function fail(error: unknown): never {
  throw error;
}

/** Gives the answers one after the other, and the last one from then on. */
function inTurn<Value>(...answers: (() => Value)[]) {
  const asked = { count: 0 };
  const ask = async () => (answers[asked.count++] ?? (answers.at(-1) as () => Value))();
  return { asked, ask };
}

test("without another window everything is taken up at once", async () => {
  const inherit = inTurn(() => false);
  const reopen = inTurn(() => undefined);
  await takeUp({ inherit: inherit.ask, reopen: reopen.ask, tell: fail }, signal);
  expect([inherit.asked.count, reopen.asked.count]).toEqual([1, 1]);
});

test("what a window that still closes holds is taken up when it lets go", async () => {
  const inherit = inTurn(
    () => true,
    () => false,
  );
  const reopen = inTurn(
    () => {
      throw held();
    },
    () => undefined,
  );
  await takeUp({ inherit: inherit.ask, reopen: reopen.ask, tell: fail }, signal);
  expect([inherit.asked.count, reopen.asked.count]).toEqual([2, 2]);
});

test("a task that cannot be opened for another reason is told at once, and the rest is taken up all the same", async () => {
  const told: unknown[] = [];
  const inherit = inTurn(
    () => true,
    () => false,
  );
  const reopen = inTurn(() => {
    throw new Error("unreadable");
  });
  await takeUp({ inherit: inherit.ask, reopen: reopen.ask, tell: (error) => told.push(error) }, signal);
  expect(told).toMatchObject([{ message: "unreadable" }]);
  expect([inherit.asked.count, reopen.asked.count]).toEqual([2, 1]);
});

test("a window that closes itself waits no longer, and says who holds the task", async () => {
  const told: unknown[] = [];
  const reopen = inTurn(() => {
    throw held();
  });
  const left = { inherit: async () => true, reopen: reopen.ask, tell: (error: unknown) => told.push(error) };
  await takeUp(left, AbortSignal.abort());
  expect(told).toMatchObject([{ code: "task_held" }]);
  expect(reopen.asked.count).toBe(1);
});
