import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Frame, Locator, Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { type ModelServer, type ScriptedReply, startModelServer } from "../support/model-server";
import type { VsCodeWindow, WindowOptions } from "../support/vscode";
import { openWindow } from "./window";

/** For what the editor shows a little later; how much later depends on the machine. */
export const soon = { timeout: 30_000 };

/** A window over files of our own, with a model that answers as scripted. */
export class ReviewScene {
  private constructor(
    readonly window: VsCodeWindow,
    readonly server: ModelServer,
    public panel: Frame,
  ) {}

  static async open(
    files: Record<string, string | Uint8Array>,
    script: ScriptedReply[],
    options: WindowOptions = {},
  ): Promise<ReviewScene> {
    const folder = await mkdtemp(join(tmpdir(), "hearth-review-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    const server = await startModelServer({ script });
    onTestFinished(() => server.close());
    const endpoint = { name: "Scripted", baseUrl: server.baseUrl, model: "test-model" };
    const settings = { "hearth.endpoints": [endpoint], ...options.settings };
    const window = await openWindow({ ...options, folder, settings });
    return new ReviewScene(window, server, await window.openPanel());
  }

  /** The same in another window on the same files. */
  async another(): Promise<ReviewScene> {
    const scene = new ReviewScene(await this.window.another(), this.server, this.panel);
    await scene.showPanel();
    return scene;
  }

  /** Whether the sidebar shows after a start depends on what other windows stored: a click could hide it. */
  async showPanel(): Promise<void> {
    await this.window.runCommand("Hearth: Open the Panel");
    this.panel = await this.window.hearthFrame();
  }

  get page(): Page {
    return this.window.page;
  }

  /** Bytes on the disk. */
  file(path: string): Promise<Buffer> {
    return readFile(join(this.window.folder, path));
  }

  async text(path: string): Promise<string> {
    return (await this.file(path)).toString("utf8");
  }

  async send(text: string): Promise<void> {
    await this.panel.getByRole("textbox", { name: /request|message/i }).fill(text);
    await this.button("Send").click();
  }

  button(name: string | RegExp): Locator {
    return this.panel.getByRole("button", typeof name === "string" ? { name, exact: true } : { name });
  }

  /** Presses an answer: it counts only once it has stood still for a moment. */
  async press(name: string): Promise<void> {
    await this.button(name).scrollIntoViewIfNeeded();
    await this.page.waitForTimeout(800);
    await this.button(name).click();
  }

  get ticks(): Locator {
    return this.panel.locator(".hunk-tick input");
  }

  /** Ticks, or unticks, a change. An answer from the editor that is still on its way shows the ticks anew. */
  async tick(index: number, on: boolean): Promise<void> {
    const box = this.ticks.nth(index);
    const clicked = async () => {
      if ((await box.isChecked()) !== on) {
        await box.click();
      }
      return box.isChecked();
    };
    await expect.poll(clicked, soon).toBe(on);
  }

  /** Lenses that can be clicked, by all their words. */
  lens(words: string, within = ""): Locator {
    return this.page.locator(`${within} .codelens-decoration a`, { hasText: new RegExp(`^\\s*${words}\\s*$`) });
  }

  said(words: string | RegExp): Locator {
    return this.panel.getByRole("region", { name: "Conversation" }).getByText(words);
  }

  /** What the model was last told. */
  lastTold(): string {
    const body = this.server.chats.at(-1)?.body as { messages: { content: unknown }[] } | undefined;
    return String(body?.messages.at(-1)?.content ?? "");
  }

  status(text: string): Locator {
    return this.page.locator(".statusbar-item", { hasText: text });
  }

  /** Where the cursor is, as the status bar says. */
  async cursor(): Promise<string> {
    return ((await this.page.locator("#status\\.editor\\.selection").textContent()) ?? "").trim();
  }

  /** A line of an editor that shows exactly this text; of several the last, which is the right side of a diff. */
  line(text: string): Locator {
    return this.page.locator(".view-line", { hasText: new RegExp(`^${text.replaceAll(" ", "\\s")}$`) }).last();
  }

  /** Text of the status bar item that screen readers are told of. */
  async announced(): Promise<string> {
    return (await this.page.locator(".statusbar-item [role=status]").allInnerTexts()).join("\n");
  }

  async reload(): Promise<void> {
    await this.window.reload();
    this.panel = await this.window.hearthFrame();
  }
}

export const lines = (count: number, name = "line") =>
  Array.from({ length: count }, (_, index) => `${name} ${index}\n`).join("");

/** A call of edit_file with one pair for each line that changes. */
export function editOf(path: string, changes: Record<string, string>) {
  const edits = Object.entries(changes).map(([old_text, new_text]) => ({ old_text, new_text }));
  return { path, edits };
}
