import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { expect, test } from "vitest";
import { ROOT } from "../../dev/dependencies.mjs";
import { calls, says, startModelServer } from "../support/model-server";
import type { THEMES } from "../support/vscode";
import { openWindow } from "./window";

/** `HEARTH_PICTURES=docs` makes the README's pictures anew; otherwise they are left in dist-test to be looked at. */
const folder = join(ROOT, process.env["HEARTH_PICTURES"] ?? "dist-test/pictures");

const edit = {
  path: "src/basket.js",
  edits: [
    { old_text: "  return amount - voucher;\n", new_text: "  return Math.max(0, amount - voucher);\n" },
    {
      old_text: "/** Takes a voucher off the subtotal. Both are in cents. */",
      new_text: "/** Takes a voucher off the subtotal, but never below zero. Both are in cents. */",
    },
  ],
};
const plan = {
  steps: [
    { title: "Keep the amount at zero or above", files: ["src/basket.js"], check: "node --test" },
    { title: "Run all tests", files: [], check: "node --test" },
  ],
};
const answer = `The voucher no longer makes the amount negative.

- \`applyVoucher\` now ends with \`Math.max(0, …)\` in **src/basket.js**.
- All five tests pass; the one that was red is *a voucher never makes the amount negative*.`;

const usage = { prompt_tokens: 2_481, completion_tokens: 64, prompt_tokens_details: { cached_tokens: 2_304 } };
const script = [
  calls("search_text", { pattern: "voucher" }, { reasoning: "The failing test is about vouchers.", usage }),
  calls("read_file", { path: "src/basket.js" }, { usage }),
  calls("propose_plan", plan, { text: "The voucher is taken off without a lower bound.", usage }),
  calls("edit_file", edit, { usage }),
  calls("run_command", { command: "npm test" }, { usage }),
  says(answer, { usage }),
];

const all: { theme: keyof typeof THEMES; width: number; height: number }[] = [
  { theme: "dark", width: 1280, height: 800 },
  { theme: "light", width: 1280, height: 800 },
  { theme: "hc-dark", width: 1100, height: 760 },
];
/** Every theme when pictures are wanted; the way through the task is the same in each. */
const looks = process.env["HEARTH_PICTURES"] === undefined ? all.slice(-1) : all;

test.each(looks)("the sample task is done and pictured at each step in $theme", async ({ theme, width, height }) => {
  await mkdir(folder, { recursive: true });
  const server = await startModelServer({ script, personality: "llamacpp", models: ["qwen3-coder-30b"] });
  const endpoint = { name: "llama.cpp", baseUrl: server.baseUrl, model: "qwen3-coder-30b", contextWindow: 32_768 };
  const settings = { "hearth.endpoints": [endpoint] };
  const window = await openWindow({ theme: theme.endsWith("light") ? "light" : "dark", width, height, settings });
  const shoot = (name: string) => window.screenshot(join(folder, `${name}-${theme}.png`));
  await window.openFile("src/basket.js");
  const panel = await window.openPanel();
  await window.chooseTheme(theme);
  await panel
    .getByText(/qwen3-coder/)
    .first()
    .waitFor({ timeout: 30_000 });
  await shoot("first");

  await panel.getByRole("radio", { name: /plan/i }).click();
  await panel.getByRole("textbox", { name: /message/i }).fill("Fix the failing test");
  await button(panel, "Send").click();
  await button(panel, "Approve").waitFor({ timeout: 30_000 });
  await shoot("plan");
  await button(panel, "Approve").click();
  await button(panel, "Accept").waitFor({ timeout: 30_000 });
  await expect
    .poll(() => window.page.locator(".tab", { hasText: "proposed by Hearth" }).count(), { timeout: 30_000 })
    .toBe(1);
  await window.page.waitForTimeout(1_500);
  await shoot("panel");
  await button(panel, "Accept").click();
  await button(panel, "Run").waitFor({ timeout: 30_000 });
  await shoot("command");
  await button(panel, "Run").click();
  await panel.getByText("no longer makes the amount negative").first().waitFor({ timeout: 30_000 });
  await window.page.waitForTimeout(500);
  await shoot("done");
});

const button = (panel: Frame, name: string) => panel.getByRole("button", { name, exact: true });
