import { expect, test } from "vitest";
import { RecordingShell } from "../../../../test/fakes/ports";
import { tryTool } from "../../../../test/fakes/tool-run";
import { toolsFor } from "../index";
import { runCommand } from "./tool";

test("the model reads the output and the exit code; the output is shown while it runs", async () => {
  const shell = new RecordingShell();
  shell.result = { exitCode: 3, output: "broken", durationMs: 5, ended: "exited" };

  const result = await tryTool(runCommand, { command: "make" }, { shell });

  expect(result).toMatchObject({ text: "broken\n[exit code 3]", exitCode: 3, failed: false, shown: "broken" });
});

test("a command that was still running at its limit says so and counts as failed", async () => {
  const shell = new RecordingShell();
  shell.result = { exitCode: null, output: "", durationMs: 5, ended: "timed_out" };

  const result = await tryTool(runCommand, { command: "make", timeout_seconds: 7 }, { shell });

  expect(result).toMatchObject({ text: "[no output]\n[stopped after 7 s: it was still running]", failed: true });
});

test("what is shown for approval is the whole command, its folder and the script behind it", async () => {
  const shell = new RecordingShell();
  shell.scripts.set("npm test", "node --test");
  const read = runCommand.read({ command: "npm test", cwd: "web" });
  const call = read.ok ? read.call : undefined;

  const prepared = await call?.prepare({ shell } as never);

  expect(prepared?.preview).toEqual({
    kind: "command",
    command: "npm test",
    cwd: "web",
    script: "node --test",
    timeoutMs: 120_000,
  });
});

test("the model is told which shell runs its commands", () => {
  const told = (shell: string) => toolsFor(shell).find(({ name }) => name === "run_command")?.spec.description;
  expect(told("bash")).toMatch(/^Run a shell command \(bash,/);
  expect(told("PowerShell")).toMatch(/^Run a shell command \(PowerShell,/);
});
