import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { ROOT } from "../../dev/dependencies.mjs";
import { VsCodeWindow, type WindowOptions } from "../support/vscode";

/** A window that is closed when the test ends. When the test fails, pictures of it are left in dist-test/ui. */
export async function openWindow(options: WindowOptions = {}): Promise<VsCodeWindow> {
  const window = await VsCodeWindow.open(options);
  onTestFinished(async ({ task }) => {
    if (task.result?.state === "fail") {
      await keepPictures(window, task.name);
    }
    await window.close();
  });
  return window;
}

async function keepPictures(window: VsCodeWindow, name: string): Promise<void> {
  const folder = join(ROOT, "dist-test/ui");
  await mkdir(folder, { recursive: true });
  const file = name.replaceAll(/[^\w-]+/g, "-");
  for (const [index, page] of window.page.context().pages().entries()) {
    await page.screenshot({ path: join(folder, index === 0 ? `${file}.png` : `${file}-${index + 1}.png`) });
  }
}
