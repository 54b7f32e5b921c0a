import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleHost, killHost, startHost } from "../../../test/fixtures/machine/host";
import { GitTrail } from "./git-trail";

let base: string;
let program: string;

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "hearth-commit-kill-")));
  program = await bundleHost("commit-host", base);
});

afterAll(() => rm(base, { recursive: true, force: true }));

test.each(["pre-commit", "post-commit"])(
  "killed while the %s hook runs, the lock is cleared and the user's staged work is what it was",
  async (hook) => {
    const root = join(base, hook);
    const git = (...args: string[]) => execFileSync("git", args, { cwd: root, encoding: "utf8" });
    execFileSync("git", ["init", "-q", root]);
    git("config", "user.name", "User");
    git("config", "user.email", "user@example.org");
    await writeFile(join(root, "cart.js"), "one\n");
    await writeFile(join(root, "other.js"), "one\n");
    git("add", ".");
    git("commit", "-qm", "First");
    await writeFile(join(root, "other.js"), "staged\n");
    git("add", ".");
    const script = join(root, ".git/hooks", hook);
    await writeFile(script, `#!/bin/sh\necho $$ > ${base}/${hook}.pid\nexec sleep 30\n`);
    await chmod(script, 0o755);

    const host = startHost(program, [root]);
    let pid = "";
    while (pid === "") {
      await delay(20);
      pid = await readFile(join(base, `${hook}.pid`), "utf8").catch(() => "");
    }
    await killHost(host);
    process.kill(Number(pid), "SIGKILL");
    while ((await readdir(join(root, ".git"))).includes("HEAD.lock")) {
      await delay(20);
    }
    await delay(200);
    expect(await readdir(join(root, ".git"))).toContain("index.lock");
    await rm(script);

    const trail = await GitTrail.open(root);
    await trail?.clearUp();

    const names = await readdir(join(root, ".git"));
    expect(names.filter((name) => /lock|hearth/.test(name))).toEqual([]);
    const committed = hook === "post-commit";
    expect(git("rev-list", "--count", "HEAD").trim()).toBe(committed ? "2" : "1");
    expect(git("status", "--porcelain")).toBe(committed ? "M  other.js\n" : " M cart.js\nM  other.js\n");
    const again = startHost(program, [root]);
    expect(await once(again, "exit")).toEqual([0, null]);
    expect(git("status", "--porcelain")).toBe(committed ? "M  other.js\n" : " M cart.js\nM  other.js\n");
  },
  60_000,
);
