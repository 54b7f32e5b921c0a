import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { ROOT } from "../../dev/dependencies.mjs";
import { VsCodeWindow, type WindowOptions } from "../support/vscode";

/** `HEARTH_THEME=light` for windows, and pictures of them, in the other theme. */
const theme = process.env["HEARTH_THEME"] === "light" ? "light" : "dark";

/** A window that is closed when the test ends. When the test fails, pictures of it are left in dist-test/ui. */
export async function openWindow(options: WindowOptions = {}): Promise<VsCodeWindow> {
  const window = await VsCodeWindow.open({ theme, ...options });
  onTestFinished(async ({ task }) => {
    if (task.result?.state === "fail") {
      await keepPictures(window, task.name);
    }
    await window.close();
  });
  return window;
}

/** A picture for whoever looks at what a test has shown, when `HEARTH_PICTURES` names a folder for it. */
export async function picture(window: VsCodeWindow, name: string): Promise<void> {
  const folder = process.env["HEARTH_PICTURES"];
  if (folder !== undefined) {
    await window.page.waitForTimeout(500); // what moves has come to rest
    await window.screenshot(join(folder, `${name}-${theme}.png`));
  }
}

async function keepPictures(window: VsCodeWindow, name: string): Promise<void> {
  const folder = join(ROOT, "dist-test/ui");
  await mkdir(folder, { recursive: true });
  const file = name.replaceAll(/[^\w-]+/g, "-");
  for (const [index, page] of window.page.context().pages().entries()) {
    await page.screenshot({ path: join(folder, index === 0 ? `${file}.png` : `${file}-${index + 1}.png`) });
  }
}
