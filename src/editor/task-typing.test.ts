import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DiskFiles } from "../../test/fakes/disk-files";
import { fakes, portsOf, ScriptedApprover, user } from "../../test/fakes/ports";
import { calls, fakeEndpoint, ScriptedModel, says } from "../../test/fakes/scripted-model";
import { injections, seeded, tellCount } from "../../test/fixtures/machine/faults";
import { Task } from "../core/task";
import { UndoStore } from "../machine/undo/undo-store";

const lines = Array.from({ length: 12 }, (_, index) => `const value${index} = ${index};`);
const old = (at: number) => lines[at] as string;
const agents = (at: number) => `const value${at} = ${at} * 2; // agent`;

type Random = (below: number) => number;

/** What the user makes of the text; undefined when they delete the file. */
function typeInto(text: string, random: Random, word: string): string | undefined {
  const rows = text.split("\n");
  switch (random(6)) {
    case 0:
      return undefined;
    case 1:
      return `${word}\n${text}`;
    case 2:
      return rows.toSpliced(random(rows.length), 0, word).join("\n");
    case 3:
      return rows.with(random(rows.length), word).join("\n");
    case 4:
      return rows.toSpliced(random(rows.length), 1 + random(4)).join("\n");
    default:
      return `${word}\n`;
  }
}

test(
  "R-13: whatever the user does to a file between proposal and yes, nothing of it is overwritten without another yes",
  async () => {
    const base = await realpath(await mkdtemp(join(tmpdir(), "hearth-typing-")));
    const root = join(base, "app");
    await mkdir(root);
    const undo = await UndoStore.open(join(base, "storage"), root);
    const path = join(root, "file.js");
    const random = seeded(13);
    const rounds = injections(100, 1_000);
    const counts = { merged: 0, asked: 0, deleted: 0 };
    for (let round = 0; round < rounds; round++) {
      const at = random(lines.length);
      const text = `${lines.join("\n")}\n`;
      await writeFile(path, text);
      const typed = typeInto(text, random, `// the user's ${round}`);
      const given = fakes({
        model: new ScriptedModel([
          calls(["edit_file", { path: "file.js", edits: [{ old_text: old(at), new_text: agents(at) }] }]),
          says("Done."),
        ]),
        approver: new ScriptedApprover([
          async () => {
            await (typed === undefined ? rm(path) : writeFile(path, typed));
            return { allow: true };
          },
          { allow: false },
          { allow: false },
        ]),
      });
      const task = new Task("t1", { ...portsOf(given), files: new DiskFiles(root, undo, `t${round}`) });
      await task.begin({ mode: "act", title: "A task", endpoint: fakeEndpoint });
      await task.say(user("Double it"));
      expect(given.bugs).toEqual([]);
      const now = await readFile(path, "utf8").catch(() => undefined);
      if (typed === undefined) {
        counts.deleted += 1;
        expect(now).toBeUndefined();
      } else if (given.approver.asked.length === 1 && now !== typed) {
        counts.merged += 1;
        expect(now).toBe(typed.replace(`${old(at)}\n`, `${agents(at)}\n`));
      } else {
        counts.asked += 1;
        expect(now).toBe(typed);
      }
    }
    await rm(base, { recursive: true });
    tellCount(
      "R-13",
      `${rounds} changes by the user between proposal and yes: ${counts.merged} kept beside the edit, ${counts.asked} shown again, ${counts.deleted} deleted files left deleted, 0 bytes overwritten`,
    );
  },
  injections(60_000, 600_000),
);
