import { once } from "node:events";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { injections, tellCount } from "../../../test/fixtures/machine/faults";
import { bundleHost, startHost } from "../../../test/fixtures/machine/host";
import { inLanes } from "../../../test/fixtures/machine/lanes";
import { readTree } from "../../../test/fixtures/machine/tree";
import { UndoStore } from "../undo/undo-store";

const bytes = 2_000_000;

interface Place {
  root: string;
  storage: string;
}

async function newPlace(folder: string): Promise<Place> {
  const place = { root: join(folder, "app"), storage: join(folder, "storage") };
  await mkdir(join(place.root, "src"), { recursive: true });
  await mkdir(place.storage);
  await writeFile(join(place.root, "src/file.txt"), Buffer.alloc(bytes, "old\r\n\n"), { mode: 0o751 });
  await symlink("src/file.txt", join(place.root, "link.txt"));
  return place;
}

/** How long it took, in microseconds; undefined when it was killed. */
async function replaceIn(program: string, { storage, root }: Place, killAfterUs: number): Promise<number | undefined> {
  const host = startHost(program, [storage, root, `${killAfterUs}`, `${bytes}`]);
  let said = "";
  host.stdout?.on("data", (chunk) => {
    said += chunk;
  });
  const [code, signal] = await once(host, "close");
  expect([0, "SIGKILL"]).toContain(signal ?? code);
  return signal === null ? Number(/took (\d+)/.exec(said)?.[1]) : undefined;
}

test(
  "R-4: killed at any moment of replacing the bytes of a file, it is old or new, and nothing is left beside it after the next start",
  async () => {
    const base = await realpath(await mkdtemp(join(tmpdir(), "hearth-replace-kill-")));
    const program = await bundleHost("replace-host", base);
    const whole = await newPlace(join(base, "whole"));
    const before = await readTree(whole.root);
    const tookUs = (await replaceIn(program, whole, 0)) ?? 0;
    const after = await readTree(whole.root);
    expect(after["src/file.txt"]).toBe(`751 ${Buffer.alloc(bytes, "new\r\n\n").toString("base64")}`);
    const count = injections(16, 1_000);
    let kills = 0;
    let drafts = 0;
    await inLanes(count, async (index) => {
      const place = await newPlace(join(base, `${index}`));
      const isDone = await replaceIn(program, place, Math.ceil(((index + 0.5) / count) * tookUs));
      kills += isDone === undefined ? 1 : 0;
      const cut = await readTree(place.root);
      expect([before["src/file.txt"], after["src/file.txt"]]).toContain(cut["src/file.txt"]);
      drafts += Object.keys(cut).length - Object.keys(before).length;
      const undo = await UndoStore.open(place.storage, place.root);
      const choice = index % 2 === 0 ? "undo" : "finish";
      for (const action of await undo.unfinished()) {
        expect(await undo.settle(action, choice)).toMatchObject({ left: [] });
      }
      expect(await readTree(place.root)).toEqual(choice === "undo" ? before : after);
      await rm(join(base, `${index}`), { recursive: true });
    });
    expect(drafts).toBeGreaterThan(0);
    tellCount(
      "R-4",
      `${kills} kills while a file's bytes were replaced, ${drafts} cut off in the middle, 0 torn, 0 left`,
    );
    await rm(base, { recursive: true });
  },
  20 * 60_000,
);
