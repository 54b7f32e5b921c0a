import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findSerious, unfoldAll } from "./page-checks";
import { PanelPages, type ThemeName } from "./panel-page";
import { fileChange, surroundings, TaskScript } from "./panel-page-events";
import { scenes } from "./panel-page-scenes";

let pages: PanelPages;

beforeAll(async () => {
  pages = await PanelPages.start();
});
afterAll(() => pages.close());

for (const theme of ["dark", "light", "hc-black", "hc-light"] satisfies ThemeName[]) {
  test(`axe finds nothing serious in any state, ${theme}`, async () => {
    const shown = await Promise.all(
      Object.entries(scenes).map(async ([name, messages]) => {
        const panel = await pages.open({ theme, width: 320, height: 900 });
        await panel.tell(...messages());
        return { name, panel };
      }),
    );
    await delay(1_000); // until nothing fades in any more
    for (const { name, panel } of shown) {
      const found = await findSerious(panel);
      expect(found, `${name} in ${theme}`).toEqual([]);
      expect(panel.problems, name).toEqual([]);
      await panel.close();
    }
  });
}

test("at 250 pixels nothing needs to be scrolled sideways", async () => {
  for (const [name, messages] of Object.entries(scenes)) {
    const panel = await pages.open({ width: 250, height: 800 });
    await panel.tell(...messages());
    await panel.page.evaluate(unfoldAll);
    await panel.settle();
    expect(await panel.page.evaluate(findWide), name).toEqual([]);
    await panel.close();
  }
});

test("an edit can be read, reduced to one hunk, given a remark and accepted with the keyboard alone", async () => {
  const panel = await pages.open();
  await panel.tell(...(scenes["edit"]?.() ?? []), { type: "input_focused" });
  const press = async (key: string, times = 1) => {
    for (let count = 0; count < times; count += 1) {
      await panel.page.keyboard.press(key);
    }
  };
  const focused = () =>
    panel.page.evaluate(() => {
      const active = document.activeElement;
      return active?.getAttribute("aria-label") ?? active?.textContent ?? "";
    });
  await panel.page.locator(".button.primary:not([aria-disabled=true])").waitFor();
  await press("Shift+Tab");
  expect(await focused()).toBe("Open diff");
  await press("Shift+Tab", 3);
  expect(await focused()).toBe("Remark for the model, sent with either answer");
  await panel.page.keyboard.type("only the first");
  await press("Shift+Tab");
  await press("Space");
  expect(await panel.page.getByRole("checkbox").nth(1).isChecked()).toBe(false);
  await press("Tab", 2);
  expect(await focused()).toBe("Accept 1 of 2");
  await panel.page.locator(".button.primary:not([aria-disabled=true])").waitFor();
  await press("Enter");
  expect(await panel.sentOf("action_answered")).toEqual([
    {
      type: "action_answered",
      actionId: "e1",
      nonce: "n",
      allow: true,
      remark: "only the first",
      hunks: ["src/shop/total.ts#1"],
    },
  ]);
  await panel.close();
});

test("what has the focus shows it", async () => {
  const panel = await pages.open();
  await panel.tell(...(scenes["edit"]?.() ?? []));
  await panel.page.locator("body").press("Tab");
  const visited: FocusMark[] = [];
  for (let mark = await panel.page.evaluate(readFocus); mark; mark = await panel.page.evaluate(readFocus)) {
    if (visited.some(({ at }) => at === mark?.at)) {
      break; // round once
    }
    visited.push(mark);
    await panel.page.keyboard.press("Tab");
  }
  expect(visited.length).toBeGreaterThan(10);
  expect(visited.filter(({ tag }) => tag === "TEXTAREA").length).toBeGreaterThan(0);
  expect(visited.filter(({ isShown }) => !isShown)).toEqual([]);
  await panel.close();
});

interface FocusMark {
  /** Its place among all elements. */
  at: number;
  tag: string;
  html: string;
  isShown: boolean;
}

/** Runs in the page. The message box shows the focus by its border, everything else by an outline of its own or its label's. */
function readFocus(): FocusMark | undefined {
  const active = document.activeElement;
  if (active === null || active === document.body) {
    return undefined;
  }
  const probe = document.body.appendChild(document.createElement("span"));
  probe.style.color = "var(--vscode-focusBorder)";
  const focusColour = getComputedStyle(probe).color;
  probe.remove();
  const hasOutline = [active, active.closest("label")].some((element) => {
    const style = element && getComputedStyle(element);
    return style?.outlineStyle === "solid" && style.outlineWidth !== "0px" && style.outlineColor === focusColour;
  });
  const box = active instanceof HTMLTextAreaElement ? active.closest(".composer-box") : null;
  return {
    at: [...document.querySelectorAll("*")].indexOf(active),
    tag: active.tagName,
    html: active.outerHTML.slice(0, 200),
    isShown: hasOutline || (box !== null && getComputedStyle(box).borderColor === focusColour),
  };
}

test("finished messages are announced politely, approvals at once, pieces of a reply never", async () => {
  const panel = await pages.open();
  await panel.tell(surroundings);
  const script = new TaskScript();
  await panel.tell(script.progressed([...script.start("Hi"), ...script.turn(1)]));
  await panel.tell(script.progressed(script.add({ type: "reply_delta", turn: 1, kind: "text", text: "Hello th" })));
  const log = panel.page.getByRole("log");
  expect(await log.getAttribute("aria-live")).toBe("polite");
  expect(await log.textContent()).toBe("");
  await panel.tell(script.progressed(script.reply(1, "Hello there.")));
  await panel.settle();
  expect(await log.textContent()).toBe("Hello there.");
  await panel.tell(script.progressed(script.askEdit("e1", [fileChange("a.ts", [{ start: 1, lines: ["+x"] }])])));
  await panel.settle();
  expect(await panel.page.locator(".unseen[role=alert]").textContent()).toBe("Approval needed: Edit a.ts");
  await panel.page.getByRole("group", { name: "Approval needed: Edit a.ts" }).waitFor();
  await panel.close();
});

test("with reduced motion nothing turns", async () => {
  const panel = await pages.open({ classes: ["vscode-reduce-motion"] });
  await panel.tell(...(scenes["running"]?.() ?? []));
  const turning = await panel.page.evaluate(() => document.getAnimations().length);
  expect(turning).toBe(0);
  await panel.close();
});

/** Runs in the page: elements that are wider than the place they stand in, but for tables in their own frame. */
function findWide(): string[] {
  const root = document.documentElement;
  const wide = [...document.querySelectorAll("#hearth-root *")].filter((element) => {
    const isFramed = element.closest(".table-frame, .unseen") !== null;
    return !isFramed && element.getBoundingClientRect().right > root.clientWidth + 0.5;
  });
  return wide.map((element) => element.outerHTML.slice(0, 160));
}
