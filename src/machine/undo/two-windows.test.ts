import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay, setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { DiskFiles } from "../../../test/fakes/disk-files";
import { injections, seeded, tellCount } from "../../../test/fixtures/machine/faults";
import { FileMoved } from "../../core/errors";
import { UndoStore } from "./undo-store";

const names = ["a.txt", "b.txt"];
const signal = new AbortController().signal;

/** Adds a word to both files, as often as somebody else was faster; tells how often that was. */
async function addToBoth(files: DiskFiles, word: string, pause: () => Promise<void>): Promise<number> {
  for (let refused = 0; ; refused++) {
    const edits = [];
    for (const path of names) {
      await pause();
      const base = await files.read(path);
      edits.push({ path, base, target: `${base}${word}\n` });
    }
    await pause();
    try {
      await files.apply(word.length % 2 === 0 ? edits : edits.toReversed(), word, signal);
      return refused;
    } catch (error) {
      if (!(error instanceof FileMoved)) {
        throw error;
      }
    }
  }
}

test(
  "R-25: two windows with a task each on the same two files, in any order: no edit is lost and the files stay alike",
  async () => {
    const base = await realpath(await mkdtemp(join(tmpdir(), "hearth-windows-")));
    const root = join(base, "app");
    await mkdir(root);
    const random = seeded(25);
    const pause = async () => {
      await delay(random(3) === 0 ? random(60) : 0);
      for (let turns = random(12); turns > 0; turns--) {
        await turn();
      }
    };
    const windows = await Promise.all([0, 1].map(() => UndoStore.open(join(base, "storage"), root)));
    const rounds = injections(40, 1_000);
    let refused = 0;
    for (let round = 0; round < rounds; round++) {
      for (const name of names) {
        await writeFile(join(root, name), "");
      }
      const words = [`first${round}`, `the second${round}`];
      const counts = await Promise.all(
        windows.map((undo, index) =>
          addToBoth(new DiskFiles(root, undo, `t${round}-${index}`), words[index] ?? "", pause),
        ),
      );
      refused += counts[0] ?? 0;
      refused += counts[1] ?? 0;
      const [a, b] = await Promise.all(names.map((name) => readFile(join(root, name), "utf8")));
      expect(a).toBe(b);
      expect(a?.trim().split("\n").sort()).toEqual(words.toSorted());
      expect(await readdir(root)).toEqual(names);
      await windows[0]?.removeTask(`t${round}-0`);
      await windows[1]?.removeTask(`t${round}-1`);
    }
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThan(rounds);
    await rm(base, { recursive: true });
    tellCount(
      "R-25",
      `${rounds} interleavings of two windows on two files, ${refused} edits refused and made again, 0 lost, 0 mixed files`,
    );
  },
  injections(60_000, 600_000),
);
