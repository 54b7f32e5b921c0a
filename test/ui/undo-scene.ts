import { execFileSync } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Locator } from "playwright-core";
import { expect } from "vitest";
import type { ScriptedReply } from "../support/model-server";
import type { WindowOptions } from "../support/vscode";
import { ReviewScene, soon } from "./review-scene";

/** For what a model's turn and a write come before. */
const slowly = { timeout: 60_000 };

/** A window over files of our own, and what a user sees of an undo. */
export class UndoScene {
  private constructor(readonly review: ReviewScene) {}

  static async open(
    files: Record<string, string | Uint8Array>,
    script: ScriptedReply[],
    options: WindowOptions = {},
  ): Promise<UndoScene> {
    return new UndoScene(await ReviewScene.open(files, script, options));
  }

  /** Sends a request and accepts or runs whatever is asked, until the model has said this. */
  async work(request: string, lastWords: string): Promise<void> {
    await this.review.send(request);
    await this.answerUntil(lastWords);
  }

  /** Says yes to whatever is asked. */
  async answerUntil(lastWords: string): Promise<void> {
    const end = this.review.said(lastWords);
    for (;;) {
      await expect.poll(async () => (await this.yes.count()) + (await end.count()), slowly).toBeGreaterThan(0);
      if ((await end.count()) > 0) {
        break;
      }
      await this.yes
        .first()
        .click({ timeout: 2_000 })
        .catch(() => undefined); // a card that was answered a moment ago goes away
    }
    await this.review.button("Send").waitFor(soon);
  }

  /** The buttons that say yes. */
  get yes(): Locator {
    return this.review.panel.locator("button:enabled", { hasText: /^(Accept|Run|Allow)$/ });
  }

  /** The list that shows what going back means. */
  get list(): Locator {
    return this.review.page.locator(".quick-input-widget:visible");
  }

  line(path: string): Locator {
    return this.list.locator(".monaco-list-row", { hasText: path });
  }

  /** Ticks a line, or takes its tick away. */
  async tick(path: string): Promise<void> {
    await this.line(path).locator(".quick-input-list-checkbox, .monaco-checkbox").first().click();
  }

  /** Each line's words, with whether it is ticked. */
  async lines(): Promise<string[]> {
    await this.list.locator(".monaco-list-row").first().waitFor(soon);
    const rows = await this.list.locator(".monaco-list-row").all();
    return Promise.all(
      rows.map(async (row) => {
        const ticked = (await row.getAttribute("aria-checked")) === "true" ? "[x]" : "[ ]";
        const words = await row.locator(".label-name, .label-description").allInnerTexts();
        return [ticked, ...words].join(" ").replaceAll(/\s+/g, " ").trim();
      }),
    );
  }

  /** Every file of the folder but git's own, as text. */
  async tree(): Promise<Record<string, string>> {
    const { folder } = this.review.window;
    const found = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = found
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .filter((path) => !path.startsWith(".git/"))
      .sort();
    return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await this.review.text(path)])));
  }

  /** The list takes the place of the palette, so that there is no moment without one. */
  async undoTask(): Promise<void> {
    await this.review.window.openQuickInput("F1");
    await this.list.locator("input.input").fill(">Hearth: Undo This Task");
    await this.list.locator('.monaco-list-row[aria-label^="Hearth: Undo This Task"]').first().click();
    await this.list.locator(".quick-input-title", { hasText: "Undo" }).waitFor(soon);
  }

  async accept(): Promise<void> {
    await this.list.getByRole("button", { name: "OK" }).click();
    await this.list.waitFor({ state: "hidden" });
  }

  async reload(): Promise<void> {
    await this.review.reload();
    await this.review.button("Send").waitFor(soon);
  }

  get repository(): Repository {
    return new Repository(this.review.window.folder);
  }

  /** Makes the folder a repository with all its files in one commit. */
  async makeRepository(): Promise<Repository> {
    const { repository } = this;
    repository.git("init", "--quiet", "--initial-branch=work");
    repository.git("config", "user.name", "A User");
    repository.git("config", "user.email", "user@localhost");
    repository.git("config", "commit.gpgsign", "false");
    repository.git("add", ".");
    repository.git("commit", "--quiet", "--message", "Start");
    return repository;
  }
}

export class Repository {
  constructor(readonly folder: string) {}

  readonly git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: this.folder, encoding: "utf8" }).trimEnd();

  /** What is staged, where the branch is, and what `git status` says. */
  state() {
    return {
      staged: this.git("ls-files", "--stage"),
      head: this.git("rev-parse", "HEAD"),
      branch: this.git("symbolic-ref", "HEAD"),
      status: this.git("status", "--porcelain"),
      stash: this.git("stash", "list"),
    };
  }
}
