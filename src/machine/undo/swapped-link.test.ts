import { once } from "node:events";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { injections } from "../../../test/fixtures/machine/faults";
import { bundleHost, printed, startHost } from "../../../test/fixtures/machine/host";
import { readTree } from "../../../test/fixtures/machine/tree";
import { UndoStore } from "./undo-store";

test.skipIf(process.platform !== "linux")(
  "S-D2: a link swapped in by another process during writes leads no byte out of the workspace",
  async () => {
    const base = await realpath(await mkdtemp(join(tmpdir(), "hearth-swap-")));
    const program = await bundleHost("swap-host", base);
    const root = join(base, "app");
    const outside = join(base, "outside");
    await mkdir(join(root, "src/sub"), { recursive: true });
    await mkdir(join(outside, "sub"), { recursive: true });
    await writeFile(join(outside, "a.txt"), "not ours");
    const before = await readTree(outside);
    const undo = await UndoStore.open(join(base, "storage"), root);
    const host = startHost(program, [join(root, "src"), outside, `${injections(600, 6_000)}`]);
    const ended = once(host, "exit");
    await printed(host, "begins");
    const counts = { written: 0, refused: 0 };
    for (let round = 0; host.exitCode === null; round++) {
      const files = [
        { path: "src/a.txt", content: Buffer.from(`round ${round}`) },
        { path: "src/sub/b.txt", content: Buffer.from(`round ${round}`) },
        { path: `src/made${round}/c.txt`, content: Buffer.from("made") },
      ];
      await undo.write({ taskId: "task", actionId: `${round}`, label: "" }, files).then(
        () => {
          counts.written += 1;
        },
        () => {
          counts.refused += 1;
        },
      );
    }
    expect(await ended).toEqual([0, null]);
    expect(await readTree(outside)).toEqual(before);
    process.stdout.write(`S-D2: ${counts.written} writes done, ${counts.refused} refused, 0 bytes outside\n`);
    await rm(base, { recursive: true, force: true });
  },
  600_000,
);
