import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { PanelPage } from "./panel-page";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe calls serious or worse. */
export async function findSerious(page: PanelPage): Promise<string[]> {
  await page.page.evaluate(await readFile(axe, "utf8"));
  const results = (await page.page.evaluate(() =>
    (Reflect.get(window, "axe") as { run: (options: unknown) => Promise<unknown> }).run({
      resultTypes: ["violations"],
    }),
  )) as AxeResults;
  return results.violations
    .filter((violation) => violation.impact === "serious" || violation.impact === "critical")
    .flatMap((violation) =>
      violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ""}`),
    );
}

/** Runs in the page: opens every fold, those in opened ones too. */
export async function unfoldAll(): Promise<void> {
  for (let fold = next(); fold; fold = next()) {
    fold.click();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  function next(): HTMLElement | null {
    return document.querySelector<HTMLElement>("[aria-expanded=false]");
  }
}
