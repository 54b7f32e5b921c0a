import { expect, test } from "vitest";
import { Inputs } from "./inputs";
import { Sending } from "./sending";

function start() {
  const kept = new Map<string, unknown>();
  const inputs = new Inputs({ get: (key) => kept.get(key), update: async (key, value) => void kept.set(key, value) });
  return { inputs, sending: new Sending(inputs) };
}

test("what is sent while the first text still looks for its model waits for the task that the first starts", async () => {
  const { sending } = start();
  const tasks: string[][] = [];
  let found = (): void => undefined;
  const ready = new Promise<void>((done) => {
    found = done;
  });
  const send = (text: string) =>
    sending.send(text, async () => {
      const [shown] = tasks;
      await ready;
      shown ? shown.push(text) : tasks.push([text]);
    });
  const both = [send("Fix it"), send("and the docs")];
  expect(sending.texts).toEqual(["Fix it", "and the docs"]);
  found();
  await Promise.all(both);
  expect(tasks).toEqual([["Fix it", "and the docs"]]);
  expect(sending.texts).toEqual([]);
});

test("a text that could not be sent stands in the input again, before what was typed since", async () => {
  const { inputs, sending } = start();
  const sent = sending.send("Fix it", async () => {
    await inputs.change("and the docs");
    throw new Error("no model");
  });
  await expect(sent).rejects.toThrow("no model");
  expect(inputs.all().text).toBe("Fix it\n\nand the docs");
  expect(sending.texts).toEqual([]);
});
