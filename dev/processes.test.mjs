import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { descendants, endChild, isAlive, startChild } from "./processes.mjs";

const SLEEPER = "setInterval(() => {}, 1000)";
/** Starts a grandchild in a process group of its own that ignores SIGTERM, and says when it is there. */
const STUBBORN_PARENT = `
  const { spawn } = require("node:child_process");
  const child = spawn(process.execPath, ["-e", 'process.on("SIGTERM", () => {}); console.log("up"); ${SLEEPER}'], { detached: true });
  child.stdout.once("data", () => console.log("ready"));
  ${SLEEPER}`;

test.skipIf(process.platform === "win32")(
  "ending a child ends its stubborn grandchild in another group too",
  async () => {
    const child = startChild(process.execPath, ["-e", STUBBORN_PARENT], { stdio: ["ignore", "pipe", "inherit"] });
    await once(/** @type {import("node:stream").Readable} */ (child.stdout), "data");
    const family = [child.pid ?? -1, ...descendants(child.pid ?? -1)];
    expect(family).toHaveLength(2);

    await endChild(child);

    await expect.poll(() => family.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  },
  20_000,
);

test.skipIf(process.platform === "win32")(
  "a parent that is killed outright takes its children along",
  async () => {
    const script = `
    import { startChild } from ${JSON.stringify(new URL("processes.mjs", import.meta.url).href)};
    const child = startChild(process.execPath, ["-e", ${JSON.stringify(SLEEPER)}], { stdio: "ignore" });
    console.log(child.pid);
    ${SLEEPER}`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(parent.stdout, "data");
    const pid = Number(String(line));
    expect(isAlive(pid)).toBe(true);

    parent.kill("SIGKILL");

    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  },
  20_000,
);
