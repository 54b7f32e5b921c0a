import { expect, test } from "vitest";
import { calls, says } from "../support/model-server";
import { editOf, lines, ReviewScene, soon } from "./review-scene";

const four = editOf("a.txt", {
  "line 3\n": "three\n",
  "line 9\n": "nine\n",
  "line 15\n": "fifteen\n",
  "line 21\n": "twenty-one\n",
});

test("two of four changes are accepted and two rejected by their lenses, the same as ticks in the panel", async () => {
  const scene = await ReviewScene.open({ "a.txt": lines(40) }, [calls("edit_file", four), says("Fine.")]);
  await scene.send("Change four lines");
  await expect.poll(() => scene.ticks.count(), soon).toBe(4);
  await expect.poll(() => scene.lens("Accept").count(), soon).toBe(4);
  await scene.lens("Reject").nth(1).click();
  await expect.poll(() => scene.ticks.nth(1).isChecked(), soon).toBe(false);
  await scene.lens("Accept").nth(0).click();
  await scene.ticks.nth(3).uncheck();
  await expect.poll(() => scene.lens("Rejected").count(), soon).toBe(2);
  expect(await scene.text("a.txt")).toBe(lines(40));

  await scene.lens("Accept").nth(1).click();
  await scene.said("Fine.").waitFor(soon);
  const expected = lines(40).replace("line 3\n", "three\n").replace("line 15\n", "fifteen\n");
  expect(await scene.text("a.txt")).toBe(expected);
  expect(scene.lastTold()).toMatch(/did not accept[\s\S]*\+nine[\s\S]*\+twenty-one/);
});
