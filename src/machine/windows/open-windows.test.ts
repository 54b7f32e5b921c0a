import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterEach, beforeEach, expect, test } from "vitest";
import { OpenWindows } from "./open-windows";

let scratch: string;
let folder: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "hearth-windows-"));
  folder = join(scratch, "windows");
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

/** A window in a process of its own that has kept a text. */
async function otherWindow(text: string) {
  const outfile = join(scratch, "other.cjs");
  const stdin = {
    contents: `import { OpenWindows } from "./open-windows";
      import { mkdirSync, writeFileSync } from "node:fs";
      const windows = new OpenWindows(${JSON.stringify(folder)});
      void windows.enter().then(() => {
        mkdirSync(windows.own);
        writeFileSync(windows.own + "/text", ${JSON.stringify(text)});
        process.stdin.on("end", () => void windows.leave()).resume();
        console.log("in");
      });`,
    resolveDir: __dirname,
  };
  await build({ stdin, outfile, bundle: true, platform: "node", format: "cjs", logLevel: "silent" });
  const child = spawn(process.execPath, [outfile], { stdio: ["pipe", "pipe", "inherit"] });
  await once(child.stdout, "data");
  const ended = once(child, "exit");
  return {
    kill: () => child.kill("SIGKILL") && ended,
    leave: () => {
      child.stdin.end();
      return ended;
    },
  };
}

async function inherited(windows: OpenWindows) {
  const texts: string[] = [];
  const othersOpen = await windows.inherit(async (left) => {
    texts.push(await readFile(join(left, "text"), "utf8"));
  });
  return { texts, othersOpen };
}

test.each(["kill", "leave"] as const)(
  "what a window kept is for the next one after a %s, once, and not before",
  async (how) => {
    const other = await otherWindow("mine");
    const windows = new OpenWindows(folder);
    await windows.enter();
    expect(await inherited(windows)).toEqual({ texts: [], othersOpen: true });
    await other[how]();
    expect(await inherited(windows)).toEqual({ texts: ["mine"], othersOpen: false });
    expect(await inherited(windows)).toEqual({ texts: [], othersOpen: false });
    await windows.leave();
    expect(await readdir(folder)).toEqual([]);
  },
);

test("of two windows that look at once only one inherits", async () => {
  await (await otherWindow("mine")).kill();
  const both = [new OpenWindows(folder), new OpenWindows(folder)];
  await Promise.all(both.map((windows) => windows.enter()));
  const looked = await Promise.all(both.map(inherited));
  expect(looked.flatMap(({ texts }) => texts)).toEqual(["mine"]);
});

test("what could not be taken over stays, and is taken over the next time", async () => {
  await (await otherWindow("mine")).kill();
  const windows = new OpenWindows(folder);
  await windows.enter();
  await expect(windows.inherit(() => Promise.reject(new Error("no space")))).rejects.toThrow("no space");
  expect(await inherited(windows)).toEqual({ texts: ["mine"], othersOpen: false });
});

test("a window that could not enter can enter later, and leaves without a word", async () => {
  await writeFile(folder, "in the way");
  const windows = new OpenWindows(folder);
  await expect(windows.enter()).rejects.toThrow();
  await windows.leave();
  await rm(folder);
  await windows.enter();
  expect(await readdir(folder)).toHaveLength(1);
  await windows.leave();
  expect(await readdir(folder)).toEqual([]);
});

test("files of others in the folder are left alone", async () => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, ".DS_Store"), "");
  const windows = new OpenWindows(folder);
  await windows.enter();
  expect(await inherited(windows)).toEqual({ texts: [], othersOpen: false });
  await windows.leave();
  expect(await readdir(folder)).toEqual([".DS_Store"]);
});
