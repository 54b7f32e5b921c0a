import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { tellCount } from "../../../test/fixtures/machine/faults";
import { bundleHost, startHost } from "../../../test/fixtures/machine/host";
import { readTree } from "../../../test/fixtures/machine/tree";

/** Who the edits are made as: an ordinary user, also where the tests run as root. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;
const own = isRoot ? nobody : (process.getuid?.() ?? 0);

let base: string;
let root: string;
let program: string;
let programs: string;
const undone: (() => unknown)[] = [];

beforeAll(async () => {
  programs = await realpath(await mkdtemp(join(tmpdir(), "hearth-host-")));
  await chmod(programs, 0o755);
  program = await bundleHost("other-user-host", programs);
  return () => rm(programs, { recursive: true });
});

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "hearth-denied-")));
  await chmod(base, 0o755);
  root = join(base, "app");
  for (const folder of ["storage", "app", "app/first", "app/last"]) {
    await mkdir(join(base, folder));
    await give(join(base, folder));
  }
  for (const name of ["first/a", "last/z"]) {
    await writeFile(join(root, name), `old ${name}`);
    await give(join(root, name));
  }
});

afterEach(async () => {
  for (const undo of undone.splice(0).toReversed()) {
    await undo();
  }
  await rm(base, { recursive: true });
});

const give = (path: string) => (isRoot ? chown(path, own, own) : Promise.resolve());

/** Writes `first/a`, then the others, as the other user. */
async function write(...paths: string[]): Promise<unknown> {
  const host = startHost(program, [join(base, "storage"), root, "first/a", ...paths], { uid: own, gid: own, cwd: "/" });
  let said = "";
  host.stdout?.on("data", (chunk) => {
    said += chunk;
  });
  await once(host, "close");
  return JSON.parse(said);
}

async function isRefused(why: string, ...paths: string[]): Promise<void> {
  const before = await readTree(root);
  const last = join(root, paths.at(-1) ?? "");
  expect(await write(...paths)).toEqual({
    code: "file_not_written",
    message: `${last} could not be written: ${why}. All files are as they were.`,
  });
  expect(await readTree(root)).toEqual(before);
}

test("R-12: an ordinary user's edit of ordinary files is done, and they stay theirs", async () => {
  expect(await write("last/z")).toEqual({ done: true });
  expect(Object.keys(await readTree(root))).toEqual(["first/", "first/a", "last/", "last/z"]);
});

test("R-12: a file that its owner made read-only is named, and the other files are as they were", async () => {
  await chmod(join(root, "last/z"), 0o444);
  await isRefused("it is read-only", "last/z");
});

test.skipIf(!isRoot)("R-12: a file of somebody else in a folder of one's own is not replaced", async () => {
  await chown(join(root, "last/z"), 0, 0);
  await isRefused("permission was denied", "last/z");
});

test("R-12: a folder that nothing can be written to is told, and no mode is changed", async () => {
  await chmod(join(root, "last"), 0o555);
  undone.push(() => chmod(join(root, "last"), 0o755));
  await isRefused("permission was denied", "last/z");
  await isRefused("permission was denied", "last/new");
});

test("R-12: a folder that cannot be entered is told", async () => {
  await chmod(join(root, "last"), 0o000);
  undone.push(() => chmod(join(root, "last"), 0o755));
  expect(await write("last/z")).toEqual({
    code: "tool_failure",
    message: '"last/z" cannot be reached: permission denied.',
  });
  await chmod(join(root, "last"), 0o755);
  expect(Object.values(await readTree(root))).toContain(`644 ${Buffer.from("old first/a").toString("base64")}`);
});

test.skipIf(!isRoot || process.platform !== "linux")("R-12: a read-only mount is told", async () => {
  const last = join(root, "last");
  try {
    execFileSync("mount", ["--bind", last, last], { stdio: "ignore" });
  } catch (error) {
    return expect(String(error)).toContain("mount"); // not allowed here
  }
  undone.push(() => execFileSync("umount", [last]));
  execFileSync("mount", ["-o", "remount,bind,ro", last]);
  await isRefused("the disk is read-only", "last/z");
  await isRefused("the disk is read-only", "last/new");
  tellCount(
    "R-12",
    "read-only file, file of another user, folder without permission, read-only mount: all named, 0 files changed",
  );
});
