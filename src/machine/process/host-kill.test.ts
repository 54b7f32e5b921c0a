import { mkdir, mkdtemp, readdir, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { injections, tellCount } from "../../../test/fixtures/machine/faults";
import { bundleHost, killHost, startHost } from "../../../test/fixtures/machine/host";

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "hearth-orphans-")));
  program = await bundleHost("run-host", folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const commands = [
  "echo $$ > pid.endless; while :; do sleep 1; done",
  `trap '' TERM INT HUP; echo $$ > pid.ignores; while :; do sleep 1; done`,
  "sleep 500 & echo $! > pid.child; wait",
  `setsid bash -c 'echo $$ > pid.detached; trap "" TERM; while :; do sleep 1; done' & sleep 500`,
];

async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat !== "" && !/\) [ZX] /.test(stat);
}

async function idsIn(root: string): Promise<number[]> {
  const files = (await readdir(root)).filter((name) => name.startsWith("pid."));
  const texts = await Promise.all(files.map((name) => readFile(join(root, name), "utf8")));
  return texts.filter((text) => text !== "").map(Number);
}

test.skipIf(process.platform !== "linux")(
  "R-9: when the extension host is killed, what its commands started ends too",
  async () => {
    const rounds = injections(4, 100);
    for (let round = 0; round < rounds; round++) {
      const root = join(folder, `${round}`);
      await mkdir(root);
      const host = startHost(program, [root, ...commands]);
      while ((await idsIn(root)).length < commands.length) {
        await delay(20);
      }
      const ids = await idsIn(root);
      await killHost(host);
      for (let tries = 0; tries < 250 && (await Promise.all(ids.map(isAlive))).includes(true); tries++) {
        await delay(20);
      }
      expect((await Promise.all(ids.map(isAlive))).filter(Boolean)).toEqual([]);
    }
    tellCount("R-9", `${rounds} kills while ${commands.length} commands ran, 0 processes left`);
  },
  600_000,
);
