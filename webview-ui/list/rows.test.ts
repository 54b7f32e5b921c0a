import { expect, test } from "vitest";
import { fold } from "../../src/core/fold";
import { emptyTask } from "../../src/core/task-view";
import { TaskScript } from "../../test/ui/panel-page-events";
import { RowBuilder } from "./rows";

function start() {
  const script = new TaskScript();
  return { script, builder: new RowBuilder(), view: fold(emptyTask("task-1"), script.start("Fix it")) };
}

test("reads of several turns without words between them are one row", () => {
  const { script, builder, view } = start();
  const next = fold(view, [
    ...script.turn(1),
    ...script.reply(1, ""),
    ...script.read("r1", "a.ts"),
    ...script.turn(2),
    ...script.reply(2, ""),
    ...script.read("r2", "b.ts"),
    ...script.turn(3),
    ...script.reply(3, "Found it."),
  ]);
  const rows = builder.build(next);
  expect(rows.map((row) => row.kind)).toEqual(["user", "reads", "prose", "reply_end"]);
  expect(rows[1]?.kind === "reads" && rows[1].items.length).toBe(2);
});

test("a long reply takes several rows, and while it streams only the last ones change", () => {
  const { script, builder, view } = start();
  const paragraph = `${"word ".repeat(100)}\n\n`;
  let now = fold(view, script.turn(1));
  const stream = (text: string) => {
    now = fold(now, script.add({ type: "reply_delta", turn: 1, kind: "text", text }));
    return builder.build(now).filter((row) => row.kind === "prose");
  };
  const before = stream(paragraph.repeat(40));
  expect(before.length).toBeGreaterThan(4);
  const after = stream("and more");
  expect(after.slice(0, -1)).toEqual(before.slice(0, after.length - 1));
  for (const [index, row] of after.slice(0, -1).entries()) {
    expect(row).toBe(before[index]);
  }
});

test("rows of items that did not change are the same objects", () => {
  const { script, builder, view } = start();
  const first = fold(view, [...script.turn(1), ...script.reply(1, "One.")]);
  const before = builder.build(first);
  const after = builder.build(
    fold(first, script.add({ type: "user_said", text: "More", attachments: [], by: "user" })),
  );
  expect(after.slice(0, before.length).every((row, index) => row === before[index])).toBe(true);
});

test("a trouble that ends the task is shown once", () => {
  const { script, builder, view } = start();
  const trouble = { code: "x", message: "It broke.", remedy: "Retry." };
  const rows = builder.build(
    fold(view, [
      ...script.turn(1),
      ...script.reply(1, "I st", { stop: "error", trouble }),
      ...script.add({ type: "finished", reason: "model_failed", text: "", trouble }),
    ]),
  );
  expect(rows.find((row) => row.kind === "reply_end")).toMatchObject({ isRepeated: true });
});
