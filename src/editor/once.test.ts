import { expect, test } from "vitest";
import { once } from "./once";

test("what could not be made is tried again, and what was made is kept", async () => {
  let tries = 0;
  const get = once(async () => {
    tries++;
    if (tries === 1) {
      throw new Error("the disk is full");
    }
    return { tries };
  });
  expect(await Promise.allSettled([get(), get()])).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
  expect(tries).toBe(1);
  const [made, again] = await Promise.all([get(), get()]);
  expect(made).toEqual({ tries: 2 });
  expect(again).toBe(made);
});
