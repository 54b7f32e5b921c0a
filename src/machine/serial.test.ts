import { expect, test } from "vitest";
import { Serial } from "./serial";

test("R-25: things run one after the other, also after one failed", async () => {
  const serial = new Serial();
  const seen: string[] = [];
  let release: () => void = () => undefined;
  const first = serial.run(async () => {
    seen.push("first starts");
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    seen.push("first ends");
    throw new Error("no");
  });
  const second = serial.run(async () => seen.push("second"));
  await Promise.resolve();
  release();
  await expect(first).rejects.toThrow("no");
  await second;
  expect(seen).toEqual(["first starts", "first ends", "second"]);
});
