import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { afterEach, expect, test } from "vitest";
import { ensureBrowser } from "../../dev/browser.mjs";
import { ROOT } from "../../dev/dependencies.mjs";
import { descendants, isAlive } from "../../dev/processes.mjs";
import { copySample } from "../../dev/workspace.mjs";
import { findFrame } from "../support/vscode";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) {
    await step();
  }
});

/** Starts as `npm start` does and gives the address that it prints. */
async function start(port: number): Promise<{ child: ChildProcess; address: string; said: () => string }> {
  const scratch = await mkdtemp(join(tmpdir(), "hearth-start-"));
  undo.push(() => rm(scratch, { recursive: true, force: true, maxRetries: 5 }));
  const folder = await copySample(join(scratch, "sample"));
  const args = [
    "dev/start.mjs",
    "--server",
    "--port",
    String(port),
    "--folder",
    folder,
    "--data",
    join(scratch, "data"),
  ];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"], env: withoutDisplay() });
  undo.push(() => child.kill("SIGKILL"));
  let said = "";
  child.stderr?.on("data", (piece) => {
    said += piece;
  });
  const [address] = await once(child.stdout as NodeJS.ReadableStream, "data");
  return { child, address: String(address).trim(), said: () => said };
}

function withoutDisplay(): NodeJS.ProcessEnv {
  const { DISPLAY, WAYLAND_DISPLAY, ...env } = process.env;
  return env;
}

async function takePort(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  undo.push(() => server.close());
  const address = server.address();
  return { server, port: typeof address === "object" && address ? address.port : 0 };
}

async function openPage(address: string): Promise<Page> {
  const { executablePath, args, env } = await ensureBrowser();
  const browser = await chromium.launch({ executablePath, args, env: env as Record<string, string> });
  undo.push(() => browser.close());
  const page = await browser.newPage();
  await page.goto(address);
  return page;
}

test("npm start serves a VS Code with Hearth in it, to those who know the address, and Ctrl-C ends all it started", async () => {
  const { port } = await takePort();
  const { child, address, said } = await start(port);
  expect(new URL(address).port).not.toBe(String(port));
  expect(said()).toContain(`Port ${port} is taken`);
  expect((await fetch(new URL("/", address))).status).toBe(403);

  const page = await openPage(address);
  await page.locator('.activitybar .action-item [aria-label^="Hearth"]').first().click({ timeout: 60_000 });
  await findFrame(page, "#hearth-root > *");

  const family = descendants(child.pid ?? -1);
  expect(family.length).toBeGreaterThan(0);
  child.kill("SIGINT");
  const [code] = await once(child, "exit");
  expect(code).toBe(130);
  await expect.poll(() => family.filter(isAlive), { timeout: 10_000 }).toEqual([]);
});
