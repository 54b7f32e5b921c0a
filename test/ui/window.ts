import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { ROOT } from "../../dev/dependencies.mjs";
import { VsCodeWindow, type WindowOptions } from "../support/vscode";

/** A window that is closed when the test ends. When the test fails, a picture of it is left in dist-test/ui. */
export async function openWindow(options: WindowOptions = {}): Promise<VsCodeWindow> {
  const window = await VsCodeWindow.open(options);
  onTestFinished(async ({ task }) => {
    if (task.result?.state === "fail") {
      await keepPicture(window, task.name);
    }
    await window.close();
  });
  return window;
}

async function keepPicture(window: VsCodeWindow, name: string): Promise<void> {
  const folder = join(ROOT, "dist-test/ui");
  await mkdir(folder, { recursive: true });
  await window.screenshot(join(folder, `${name.replaceAll(/[^\w-]+/g, "-")}.png`));
}
