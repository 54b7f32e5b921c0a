import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stageExtension } from "../dev/staged-extension.mjs";
import { VsCodeWindow } from "../test/support/vscode";
import { median } from "./sample-run";

const runs = 5;

/** Runs in the extension host: loads and activates Hearth, and writes how long that took. */
const timer = `
const vscode = require("vscode");
const { writeFileSync } = require("node:fs");
exports.run = async () => {
  const hearth = vscode.extensions.getExtension("hearth.hearth");
  const startedAt = performance.now();
  await hearth.activate();
  writeFileSync(process.env.HEARTH_BENCH_OUT, String(performance.now() - startedAt));
};
`;

/** From asking VS Code to activate Hearth to its API being there: loading the bundle included. */
export async function measureActivation() {
  const scratch = await mkdtemp(join(tmpdir(), "hearth-bench-"));
  try {
    const tests = join(scratch, "timer.cjs");
    await writeFile(tests, timer);
    const extension = await stagedWithoutEvents(join(scratch, "extension"));
    const timesMs: number[] = [];
    for (let run = 0; run < runs; run++) {
      timesMs.push(await activateOnce(extension, tests, join(scratch, `time-${run}`)));
    }
    return { medianMs: Math.round(median(timesMs) * 10) / 10, runs };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Nothing but the timer may activate it. */
async function stagedWithoutEvents(folder: string): Promise<string> {
  const path = join(stageExtension(folder), "package.json");
  const manifest = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
  await writeFile(path, JSON.stringify({ ...manifest, activationEvents: [] }));
  return folder;
}

async function activateOnce(extension: string, tests: string, out: string): Promise<number> {
  const window = await VsCodeWindow.open({ extension, tests, env: { HEARTH_BENCH_OUT: out } });
  try {
    return await readNumber(out);
  } finally {
    await window.close();
  }
}

async function readNumber(path: string): Promise<number> {
  for (let wait = 0; wait < 300; wait++) {
    const text = await readFile(path, "utf8").catch(() => "");
    if (text !== "") {
      return Number(text);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("Hearth was not activated within half a minute");
}
