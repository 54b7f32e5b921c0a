import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../dev/dependencies.mjs";
import { descendants, isAlive } from "../../dev/processes.mjs";
import { VsCodeWindow } from "../support/vscode";
import { openWindow } from "./window";

test("the panel opens from the activity bar and comes back after a reload and after a crash", async () => {
  const window = await openWindow();
  await window.openPanel();

  await window.reload();
  await window.hearthFrame();

  window.killExtensionHost();
  await window.reload();
  await window.hearthFrame();
});

test("commands are found by the words of the palette, files by their path", async () => {
  const window = await openWindow();
  await window.openFile("src/basket.js");
  expect(await window.page.locator(".tab.active").getAttribute("data-resource-name")).toBe("basket.js");

  const { contributes } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const focus = contributes.commands.find((each: { command: string }) => each.command === "hearth.focus");
  await window.runCommand(`${focus.category}: ${focus.title}`);
  await window.hearthFrame();
});

test("earlier tasks are shown by their command also while the sidebar is closed", async () => {
  const window = await openWindow();
  await window.openFile("src/basket.js");
  for (let time = 0; time < 2; time++) {
    await window.page.locator('.activitybar .action-item [aria-label^="Explorer"]').first().click();
    await window.runCommand("Hearth: Show Earlier Tasks");
    const panel = await window.hearthFrame();
    await panel.getByText("No tasks yet.").waitFor();
  }
});

test("the page follows the theme", async () => {
  const window = await openWindow({ theme: "light" });
  const frame = await window.openPanel();
  const kind = () => frame.locator("body").getAttribute("data-vscode-theme-kind");
  expect(await kind()).toBe("vscode-light");
  await window.chooseTheme("hc-dark");
  await expect.poll(kind).toBe("vscode-high-contrast");
});

test("a closed window leaves no process behind", async () => {
  const window = await VsCodeWindow.open();
  const root = window.server.child.pid ?? -1;
  await expect.poll(() => window.extensionHosts().length, { timeout: 20_000 }).toBe(1);
  const family = [root, ...descendants(root)];
  await window.close();
  expect(family.filter(isAlive)).toEqual([]);
});
