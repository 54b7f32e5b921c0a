import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Frame, type Page } from "playwright-core";
import { ensureBrowser } from "../../dev/browser.mjs";
import { startEditorServer, writeSettings } from "../../dev/editor-server.mjs";
import { descendants, listProcesses } from "../../dev/processes.mjs";
import { stageExtension } from "../../dev/staged-extension.mjs";
import { copySample } from "../../dev/workspace.mjs";

/** `name`: as settings say it. `label`: as the editor shows it. `kind`: as the page's class. */
export const THEMES = {
  dark: { name: "Dark Modern", label: "Dark Modern", kind: "vs-dark" },
  light: { name: "Light Modern", label: "Light Modern", kind: "vs" },
  "hc-dark": { name: "Default High Contrast", label: "Dark High Contrast", kind: "hc-black" },
  "hc-light": { name: "Default High Contrast Light", label: "Light High Contrast", kind: "hc-light" },
};

export interface WindowOptions {
  /** Absolute; a `.code-workspace` file opens several. By default a fresh copy of the sample, which goes away with the window. */
  folder?: string;
  /** User settings on top of the calm ones of dev/editor-server.mjs. Settings of application scope work here. */
  settings?: Record<string, unknown>;
  theme?: keyof typeof THEMES;
  width?: number;
  height?: number;
  /** Environment of the server, the extension host and every command. */
  env?: Record<string, string>;
  /** The extension to load; null for a VS Code without ours. By default this project. */
  extension?: string | null;
  /** A script whose exported `run()` VS Code calls in the extension host. */
  tests?: string;
  /** A command line to start the server under, such as a tracer. */
  wrap?: readonly string[];
}

type Server = Awaited<ReturnType<typeof startEditorServer>>;

/** A real VS Code in a real browser, with data of its own. `npm run build` must have run. */
export class VsCodeWindow implements AsyncDisposable {
  private constructor(
    readonly page: Page,
    /** The workspace folder on disk. */
    readonly folder: string,
    public server: Server,
    private readonly scratch: string,
    /** Closes the page, and ends what was started for it. */
    readonly close: () => Promise<void>,
  ) {}

  static async open(options: WindowOptions = {}): Promise<VsCodeWindow> {
    const scratch = await mkdtemp(join(tmpdir(), "hearth-window-"));
    const undo: (() => Promise<unknown>)[] = [() => removeFolder(scratch)];
    try {
      const folder = options.folder ?? (await copySample(join(scratch, "sample")));
      const { theme = "dark", settings = {}, env = {}, wrap = [] } = options;
      const extension =
        options.extension === undefined ? stageExtension(join(scratch, "extension")) : options.extension;
      const dataDir = join(scratch, "data");
      writeSettings(dataDir, { ...themeSettings(theme), ...settings });
      const server = await startEditorServer({ dataDir, env, wrap });
      undo.unshift(() => server.stop());
      const { executablePath, args, env: browserEnv } = await ensureBrowser();
      const browser = await chromium.launch({ executablePath, args, env: definedOnly(browserEnv) });
      undo.unshift(() => browser.close());
      const context = await browser.newContext({
        viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
        colorScheme: theme.endsWith("light") ? "light" : "dark", // what VS Code falls back to before it knows the theme
      });
      const page = await context.newPage();
      const window = new VsCodeWindow(page, folder, server, scratch, async () => {
        await browser.close();
        await window.server.stop();
        await removeFolder(scratch);
      });
      const payload = [
        ["extensionDevelopmentPath", extension] as const,
        ["extensionTestsPath", options.tests] as const,
      ];
      await page.goto(server.address(folder, payload.flatMap(given)));
      await window.untilReady();
      if (folder.endsWith(".code-workspace")) {
        await window.untilFolders();
      }
      return window;
    } catch (error) {
      for (const step of undo) {
        await step();
      }
      throw error;
    }
  }

  /** Everything that the server and its extension host keep, below this folder. */
  get dataDir(): string {
    return join(this.scratch, "data");
  }

  /** Another window on the same folder, in the same browser. It ends with this one at the latest. */
  async another(): Promise<VsCodeWindow> {
    const page = await this.page.context().newPage();
    await page.goto(this.page.url());
    const { folder, server, scratch } = this;
    const window = new VsCodeWindow(page, folder, server, scratch, () => page.close({ runBeforeUnload: true }));
    await window.untilReady();
    return window;
  }

  private async untilReady(): Promise<void> {
    await this.page.locator(".monaco-workbench .activitybar .action-item").first().waitFor({ timeout: 60_000 });
  }

  /** The VS Code server at times opens a workspace of several folders without any, whatever is loaded in it: a reload helps. */
  private async untilFolders(): Promise<void> {
    const folder = this.page.locator(".explorer-folders-view .monaco-list-row").first();
    for (let attempt = 1; attempt <= 5; attempt++) {
      const isThere = await folder.waitFor({ timeout: 8_000 }).then(
        () => true,
        () => false,
      );
      if (isThere) {
        return;
      }
      await this.reload();
    }
    throw new Error("VS Code opened the workspace without its folders, five times.");
  }

  /** Shows the Hearth view and gives the frame of its page. */
  async openPanel(): Promise<Frame> {
    await this.page.locator('.activitybar .action-item [aria-label^="Hearth"]').first().click();
    return this.hearthFrame();
  }

  /** The frame that holds an element of ours. Frames are made anew when the view was hidden or the window reloaded. */
  hearthFrame(selector = "#hearth-root > *", timeoutMs = 30_000): Promise<Frame> {
    return findFrame(this.page, selector, timeoutMs);
  }

  /** Runs a command by the words that the palette shows, such as "Hearth: New Task". */
  async runCommand(title: string): Promise<void> {
    await this.pick("F1", `>${title}`, title);
  }

  /** Opens a file of the workspace in an editor. */
  async openFile(path: string): Promise<void> {
    const name = path.slice(path.lastIndexOf("/") + 1);
    await this.pick("Control+P", path, name);
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
  }

  /** With the keyboard: the list is still sorted while results come in, so that a click would hit another line. */
  private async pick(key: string, text: string, label: string): Promise<void> {
    const widget = this.page.locator(".quick-input-widget:visible");
    const chosen = widget.locator(`.monaco-list-row.focused[aria-label^="${label}"]`);
    await this.openQuickInput(key);
    await widget.locator("input.input").fill(text);
    await widget.locator(`.monaco-list-row[aria-label^="${label}"]`).first().waitFor();
    while (!(await chosen.isVisible())) {
      await this.page.keyboard.press("ArrowDown");
    }
    await this.page.keyboard.press("Enter");
    await widget.waitFor({ state: "hidden" });
    await this.untilFocusIsKnown();
  }

  /** A window that has just opened does not listen to its keys yet. */
  async openQuickInput(key: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget:visible input.input");
    for (let attempt = 1; attempt < 10; attempt++) {
      await this.page.keyboard.press(key);
      const isOpen = await input.waitFor({ timeout: 3_000 }).then(
        () => true,
        () => false,
      );
      if (isOpen) {
        return;
      }
    }
    throw new Error(`${key} opens no list.`);
  }

  /**
   * VS Code notices by a timer that a list has lost the focus; a key that comes before it still goes to the list. Keys
   * have precedence over timers, so that a test can be that quick.
   */
  async untilFocusIsKnown(): Promise<void> {
    await this.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 0)));
  }

  /** Picks a theme as a user would: changed settings files are noticed at times only minutes later. */
  async chooseTheme(theme: keyof typeof THEMES): Promise<void> {
    const { label, kind } = THEMES[theme];
    const widget = this.page.locator(".quick-input-widget:visible");
    const choose = async (text: string, name: string) => {
      await widget.locator("input.input").fill(text);
      await widget.locator(`.monaco-list-row[aria-label^="${name}"]`).first().click();
    };
    await this.openQuickInput("F1");
    await choose(">Preferences: Color Theme", "Preferences: Color Theme");
    await widget.locator('input.input[placeholder*="Color Theme"]').waitFor();
    await choose(label, label);
    await widget.waitFor({ state: "hidden" });
    await this.page.locator(`.monaco-workbench.${kind}`).waitFor();
  }

  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path, animations: "disabled" });
  }

  /** Reloads the window as a user would; the extension host starts anew. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.untilReady();
  }

  /** Starts the server again after it was killed, with the same data at the same address. */
  async restart(): Promise<void> {
    this.server = await startEditorServer({ dataDir: this.dataDir, port: this.server.port });
    await this.page.goto(this.page.url());
    await this.untilReady();
  }

  /** Process ids of the extension hosts, newest last. */
  extensionHosts(): number[] {
    const ours = new Set(descendants(this.server.child.pid ?? -1));
    return listProcesses()
      .filter(({ pid, command }) => ours.has(pid) && command.includes("--type=extensionHost"))
      .map(({ pid }) => pid);
  }

  /**
   * Ends the extension host as a crash would, without a goodbye. VS Code starts no other in a window that runs an
   * extension from its source: reload it.
   */
  killExtensionHost(): void {
    for (const pid of this.extensionHosts()) {
      process.kill(pid, "SIGKILL");
    }
  }

  /** A file of the workspace as it is on disk. */
  readFile(path: string): Promise<string> {
    return readFile(join(this.folder, path), "utf8");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The frame of a page that holds an element; webviews sit two frames deep under names that change. */
export async function findFrame(page: Page, selector: string, timeoutMs = 30_000): Promise<Frame> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await page.waitForTimeout(100)) {
    for (const frame of page.frames()) {
      const element = await frame.$(selector).catch(() => null); // the frame went away while we looked
      if (element !== null) {
        return frame;
      }
    }
  }
  throw new Error(`No frame holds ${selector} after ${timeoutMs} ms.`);
}

function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

function definedOnly(env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function given([name, path]: readonly [string, string | null | undefined]): [string, string][] {
  return path ? [[name, path]] : [];
}

/** The theme under every setting it can be taken from, whatever the browser says it prefers. */
function themeSettings(theme: keyof typeof THEMES): Record<string, unknown> {
  const { name } = THEMES[theme];
  return {
    "workbench.colorTheme": name,
    "workbench.preferredDarkColorTheme": name,
    "workbench.preferredLightColorTheme": name,
    "workbench.preferredHighContrastColorTheme": name,
    "workbench.preferredHighContrastLightColorTheme": name,
    "window.autoDetectColorScheme": false,
    "window.autoDetectHighContrast": false,
  };
}
