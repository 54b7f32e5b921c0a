import { chmod, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ToolFailure } from "../../core/errors";
import type { CommandResult } from "../../core/ports";
import { ProcessRunner } from "./process-runner";

vi.setConfig({ testTimeout: 60_000 });

let base: string;
let root: string;
let runner: ProcessRunner;

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "hearth-run-")));
  root = join(base, "app");
  await mkdir(join(root, "sub"), { recursive: true });
  runner = new ProcessRunner(root);
});

afterEach(async () => {
  await runner.dispose();
  await rm(base, { recursive: true, force: true });
});

const never = new AbortController().signal;
const ignore = () => undefined;

function run(
  command: string,
  timeoutMs = 20_000,
  signal: AbortSignal = never,
  onOutput: (text: string) => void = ignore,
) {
  return runner.run({ command, cwd: ".", timeoutMs }, onOutput, signal);
}

/** The process ids that a command wrote into a file. */
async function idsIn(file: string): Promise<number[]> {
  return (await readFile(join(root, file), "utf8")).trim().split("\n").map(Number);
}

async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat !== "" && !/\) [ZX] /.test(stat);
}

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function fileExists(file: string): Promise<boolean> {
  return (await readFile(join(root, file), "utf8").catch(() => "")) !== "";
}

test("a command gives its output and its exit code", async () => {
  const live: string[] = [];
  const result = await run("echo out; echo err >&2; pwd; exit 3", 20_000, never, (text) => live.push(text));
  expect(result).toMatchObject({ exitCode: 3, ended: "exited" });
  expect(result.output).toContain("out\n");
  expect(result.output).toContain("err\n");
  expect(result.output).toContain(`${root}\n`);
  expect([...live.join("")].sort()).toEqual([...result.output].sort());
  expect(result.durationMs).toBeGreaterThan(0);
});

test("it runs in the folder that was named, and never in one outside the workspace", async () => {
  const inSub = await runner.run({ command: "pwd", cwd: "sub", timeoutMs: 5_000 }, ignore, never);
  expect(inSub.output.trim()).toBe(join(root, "sub"));
  await symlink(base, join(root, "out"));
  for (const cwd of ["..", "out", "/"]) {
    await expect(runner.run({ command: "touch x", cwd, timeoutMs: 5_000 }, ignore, never)).rejects.toThrow(ToolFailure);
  }
});

test("what cannot be started is said so", async () => {
  const missing = await runner.run({ command: "true", cwd: "sub/missing", timeoutMs: 5_000 }, ignore, never);
  expect(missing).toMatchObject({ ended: "not_started", exitCode: null });
  expect(missing.output).toContain("could not be started");
  expect((await run("true #".padEnd(3_000_000, "x"))).ended).toBe("not_started");
  expect((await run("echo \0")).ended).toBe("not_started");
  const call = { file: "no-such-program", args: [], cwd: root, timeoutMs: 5_000 };
  expect((await runner.runProgram(call, ignore, never)).ended).toBe("not_started");
});

test("arguments of a program are taken literally", async () => {
  const args = [
    "-e",
    "console.log(JSON.stringify(process.argv.slice(1)))",
    "--",
    "-x",
    "$(touch y)",
    "a\nb",
    "'",
    '"',
    "*",
  ];
  const result = await runner.runProgram({ file: process.execPath, args, cwd: root, timeoutMs: 20_000 }, ignore, never);
  expect(JSON.parse(result.output)).toEqual(args.slice(3));
});

test("S-B11, S-B5: no start-up file, no exported function and no marker variable is carried out", async () => {
  const home = join(base, "home");
  await mkdir(home);
  const marker = join(base, "marker");
  for (const file of [".bashrc", ".bash_profile", ".profile", ".zshrc", ".zshenv", "env.sh"]) {
    await writeFile(join(home, file), `touch ${marker}; alias ls='touch ${marker}'; ls(){ touch ${marker}; }`);
  }
  await writeFile(join(home, "preload.cjs"), `require("fs").writeFileSync(${JSON.stringify(marker)}, "")`);
  const source = {
    ...process.env,
    HOME: home,
    BASH_ENV: join(home, "env.sh"),
    ENV: join(home, "env.sh"),
    PROMPT_COMMAND: `touch ${marker}`,
    PS4: `$(touch ${marker})`,
    LESSOPEN: `|touch ${marker}`,
    RIPGREP_CONFIG_PATH: join(home, "env.sh"),
    GIT_EXTERNAL_DIFF: `touch ${marker}`,
    NODE_OPTIONS: `--require ${join(home, "preload.cjs")}`,
    LD_PRELOAD: join(home, "none.so"),
    ELECTRON_RUN_AS_NODE: "1",
    "BASH_FUNC_ls%%": `() { touch ${marker}; }`,
  };
  const hostile = new ProcessRunner(root, source);
  const result = await hostile.run({ command: "ls; node -e 1; env", cwd: ".", timeoutMs: 20_000 }, ignore, never);
  await hostile.dispose();
  expect(result.output).not.toMatch(/marker|NODE_OPTIONS|ELECTRON|BASH_ENV|preload/);
  await expect(readFile(marker)).rejects.toThrow();
});

test("node is there, also when the PATH has none", async () => {
  await writeFile(join(root, "a.test.js"), `require("node:test")("adds", () => {});`);
  const tools = join(base, "tools");
  await mkdir(tools);
  await symlink("/bin/bash", join(tools, "bash"));
  const bare = new ProcessRunner(root, { PATH: tools, HOME: base });
  const result = await bare.run({ command: "node --test", cwd: ".", timeoutMs: 60_000 }, ignore, never);
  await bare.dispose();
  expect(basename(process.execPath)).toBe("node");
  expect(result.output).toContain("pass 1");
  expect(result.exitCode).toBe(0);
});

test("S-A5: bash planted in the workspace is not used", async () => {
  await writeFile(join(root, "bash"), "#!/bin/sh\necho planted\n");
  await chmod(join(root, "bash"), 0o755);
  const { PATH } = process.env;
  const planted = new ProcessRunner(root, { ...process.env, PATH: `${root}:${PATH}` });
  const result = await planted.run({ command: "echo real", cwd: ".", timeoutMs: 20_000 }, ignore, never);
  await planted.dispose();
  expect(result.output).toBe("real\n");
});

test("R-20: standard input is closed from the start", async () => {
  expect(await run('read -r line; echo "read: $?"; cat; echo end')).toMatchObject({
    output: "read: 1\nend\n",
    exitCode: 0,
  });
});

test("a time limit ends the command and says so", async () => {
  const result = await run("echo begun; sleep 60", 300);
  expect(result).toMatchObject({ ended: "timed_out", exitCode: null, output: "begun\n" });
});

test("a command that a signal ended has no exit code", async () => {
  expect(await run("kill -9 $$")).toMatchObject({ ended: "exited", exitCode: null });
});

const stubborn: [name: string, command: string][] = [
  ["an endless command", "echo $$ > ids; while :; do sleep 1; done"],
  ["one that ignores SIGTERM", `trap '' TERM INT HUP; echo $$ > ids; while :; do sleep 1; done`],
  ["children that ignore SIGTERM", `(trap '' TERM; echo $BASHPID > ids; while :; do sleep 1; done) & wait`],
  ["one that leaves the group", `setsid bash -c 'echo $$ > ids; trap "" TERM; while :; do sleep 1; done' & sleep 60`],
  ["a double fork", `(setsid bash -c '(echo $BASHPID > ids; sleep 60) & disown' &) ; sleep 60`],
  ["one that waits for input", "echo $$ > ids; tail -f /dev/null"],
];

test.each(stubborn)("R-20: stopping ends %s with all its processes", async (_, command) => {
  const stop = new AbortController();
  const running = run(command, 60_000, stop.signal);
  await waitFor(() => fileExists("ids"));
  stop.abort();
  const result = await running;
  expect(result).toMatchObject({ ended: "stopped", exitCode: null });
  for (const pid of await idsIn("ids")) {
    expect(await isAlive(pid)).toBe(false);
  }
});

test("R-20: a background child that holds the output open does not keep the command running", async () => {
  const result = await run("sleep 60 & echo $! > ids; echo done");
  expect(result).toMatchObject({ ended: "exited", exitCode: 0 });
  expect(result.output).toContain("done\n");
  expect(result.output).toContain("left in the background were ended");
  expect(await isAlive((await idsIn("ids"))[0] as number)).toBe(false);
});

test("R-20: what moved to a session of its own is named, not hidden", async () => {
  const result = await run("setsid sleep 60 & echo $! > ids; sleep 0.2");
  const [pid] = await idsIn("ids");
  expect(result.output).toContain(`[Still running in a session of its own: sleep, process ${pid}.]`);
  process.kill(pid as number, "SIGKILL");
});

test("a stop before the start starts nothing", async () => {
  const result = await run("touch never", 5_000, AbortSignal.abort());
  expect(result).toMatchObject({ ended: "stopped", exitCode: null });
  expect(await fileExists("never")).toBe(false);
});

test("R-19: one line of 10 MB and binary noise are bounded", async () => {
  const long = await run("head -c 10000000 /dev/zero | tr '\\0' x");
  expect(long.output.length).toBeLessThan(50_000);
  expect(long.output).toContain("9,952,000 characters left out here");
  const noise = await run("head -c 3000000 /dev/urandom");
  expect(noise.output.length).toBeLessThan(50_000);
});

test("characters split between two writes arrive whole", async () => {
  const result = await run("printf '\\xe2\\x82'; sleep 0.1; printf '\\xac\\xf0\\x9f'; sleep 0.1; printf '\\x98\\x80'");
  expect(result.output).toBe("€😀");
});

test("dispose ends everything that runs, and nothing starts afterwards", async () => {
  const results: Promise<CommandResult>[] = [run("echo $$ > ids; sleep 60"), run("sleep 61")];
  await waitFor(() => fileExists("ids"));
  await runner.dispose();
  expect((await Promise.all(results)).map(({ ended }) => ended)).toEqual(["stopped", "stopped"]);
  expect(await isAlive((await idsIn("ids"))[0] as number)).toBe(false);
  expect(runner.running).toBe(0);
  expect((await run("touch never")).ended).toBe("stopped");
});
