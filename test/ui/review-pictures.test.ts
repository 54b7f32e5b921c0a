import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../dev/dependencies.mjs";
import { calls, says } from "../support/model-server";
import type { THEMES } from "../support/vscode";
import { ReviewScene, soon } from "./review-scene";

/** `HEARTH_PICTURES=docs` makes the README's pictures anew; otherwise they are left in dist-test to be looked at. */
const folder = join(ROOT, process.env["HEARTH_PICTURES"] ?? "dist-test/pictures");

const cart = `export interface Item {
  name: string;
  price: number;
  qty: number;
}

/** Sums the cart. */
export function total(items: Item[]): number {
  let sum = 0;
  for (let i = 0; i <= items.length; i++) {
    const item = items[i];
    sum += item.price * item.qty;
  }
  return sum;
}

export function discount(sum: number, percent: number): number {
  return sum - sum * percent;
}

export function format(sum: number): string {
  return "$" + sum.toString();
}

export class Cart {
  private items: Item[] = [];
  add(item: Item) {
    this.items.push(item);
  }
  get total() {
    return total(this.items);
  }
}
`;
const shop = 'import { Cart } from "./cart";\n\nexport const cart = new Cart();\nexport const currency = "$";\n';
const patch = `--- src/cart.ts
+++ src/cart.ts
@@ -7,17 +7,15 @@
 /** Sums the cart. */
 export function total(items: Item[]): number {
-  let sum = 0;
-  for (let i = 0; i <= items.length; i++) {
-    const item = items[i];
-    sum += item.price * item.qty;
-  }
-  return sum;
+  return items.reduce((sum, item) => sum + item.price * item.qty, 0);
 }
 
 export function discount(sum: number, percent: number): number {
-  return sum - sum * percent;
+  if (percent < 0 || percent > 100) {
+    throw new RangeError("percent must be between 0 and 100");
+  }
+  return sum - (sum * percent) / 100;
 }
 
 export function format(sum: number): string {
-  return "$" + sum.toString();
+  return \`$\${sum.toFixed(2)}\`;
 }
--- src/shop.ts
+++ src/shop.ts
@@ -3,2 +3,2 @@
 export const cart = new Cart();
-export const currency = "$";
+export const currency = "USD";
--- /dev/null
+++ src/money.ts
@@ -0,0 +1,1 @@
+export type Money = number;
`;
const first = { path: "notes.md", edits: [{ old_text: "# Shop\n", new_text: "# Shop\n\nPrices are in dollars.\n" }] };
const files = { "src/cart.ts": cart, "src/shop.ts": shop, "notes.md": "# Shop\n" };

const all: (keyof typeof THEMES)[] = ["dark", "light", "hc-dark"];
/** Every theme when pictures are wanted; the way through the review is the same in each. */
const looks = process.env["HEARTH_PICTURES"] === undefined ? all.slice(0, 1) : all;

test.each(looks)("a review is gone through and pictured in %s, before and after writing", async (theme) => {
  await mkdir(folder, { recursive: true });
  const scene = await ReviewScene.open(
    files,
    [calls("edit_file", first), calls("edit_file", { patch }), says("All written.")],
    {
      theme: theme.endsWith("light") ? "light" : "dark",
      width: 1400,
      height: 860,
      settings: { "hearth.approvals": "trust-this-task" },
    },
  );
  const shoot = async (name: string) => {
    await scene.page.waitForTimeout(1_500);
    await scene.window.screenshot(join(folder, `${name}-${theme}.png`));
  };
  await scene.window.openFile("src/cart.ts");
  await scene.window.chooseTheme(theme);
  await scene.send("Mend the sums");
  await scene.button("Accept").waitFor(soon);
  await shoot("review-first");
  await scene.press("Accept");
  await scene.said("All written.").waitFor(soon);
  await scene.status("to review").waitFor(soon);
  await expect.poll(() => scene.lens("Keep").count(), soon).toBeGreaterThan(2);
  await shoot("review-after");
  await scene.lens("Keep").nth(1).waitFor(soon);
  await scene.page.keyboard.press("Control+Shift+g");
  await scene.lens("−1 \\+4").click();
  await scene.page.locator(".peekview-widget").waitFor(soon);
  await shoot("review-peek");
  await scene.status("to review").click();
  await scene.page.locator(".tab.active", { hasText: "Changes by Hearth" }).waitFor(soon);
  await shoot("review-all");
});
