import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { ensureBrowser } from "../../dev/browser.mjs";
import { renderPage } from "../../src/editor/panel/page";
import { FromPanel, ToPanel } from "../../src/protocol/panel";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "../../dist/webview");
const types: Record<string, string> = { ".js": "text/javascript", ".css": "text/css", ".ttf": "font/ttf" };

export type ThemeName = "dark" | "light" | "hc-black" | "hc-light";

export interface PanelLook {
  theme?: ThemeName;
  width?: number;
  height?: number;
  /** Further classes of the body, such as `vscode-reduce-motion`. */
  classes?: string[];
}

/** The built page in a browser, with our own host in place of VS Code's. */
export class PanelPages {
  private constructor(
    private readonly server: Server,
    private readonly browser: Browser,
  ) {}

  /** `pages` are those in the editor area; their messages are sent with `tellRaw`. */
  static async start(bundle: "panel" | "pages" = "panel"): Promise<PanelPages> {
    const { executablePath, args, env } = await ensureBrowser();
    const browser = await chromium.launch({ executablePath, args, env: env as Record<string, string> });
    const files = await readPage(bundle);
    const server = createServer((request, response) => {
      const found = files.get((request.url ?? "/").split("?")[0] ?? "/");
      response.writeHead(found ? 200 : 404, { "content-type": found?.type ?? "text/plain" }).end(found?.body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new PanelPages(server, browser);
  }

  async open(look: PanelLook = {}): Promise<PanelPage> {
    const context = await this.browser.newContext({
      viewport: { width: look.width ?? 320, height: look.height ?? 720 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const page = await context.newPage();
    const requests: string[] = [];
    const problems: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(String(error)));
    await page.addInitScript(actAsHost, { ...look, theme: await readTheme(look.theme ?? "dark") });
    const { port } = this.server.address() as AddressInfo;
    const origin = `http://127.0.0.1:${port}`;
    await page.goto(`${origin}/`);
    await page.waitForFunction(() => sentMessages().length > 0);
    return new PanelPage(page, origin, requests, problems);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export class PanelPage {
  constructor(
    readonly page: Page,
    private readonly origin: string,
    private readonly requests: readonly string[],
    /** Errors that the page logged or threw; policy violations are among them. */
    readonly problems: readonly string[],
  ) {}

  /** Sends messages of the host and waits until they are shown. */
  async tell(...messages: ToPanel[]): Promise<void> {
    await this.page.evaluate(
      (parsed) => {
        for (const message of parsed) {
          window.postMessage(message, "*");
        }
      },
      messages.map((message) => ToPanel.parse(message)),
    );
    await this.settle();
  }

  /** Sends anything at all, as a broken or hostile frame would. */
  async tellRaw(message: unknown): Promise<void> {
    await this.page.evaluate((raw) => window.postMessage(raw, "*"), message);
    await this.settle();
  }

  async settle(): Promise<void> {
    await this.page.evaluate(
      () =>
        new Promise<void>((resolve) =>
          requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 20))),
        ),
    );
  }

  /** What the page sent so far; each message has the form of the contract, or this throws. */
  async sent(): Promise<FromPanel[]> {
    return (await this.page.evaluate(() => sentMessages())).map((message) => FromPanel.parse(message));
  }

  async sentOf<Type extends FromPanel["type"]>(type: Type): Promise<Extract<FromPanel, { type: Type }>[]> {
    return (await this.sent()).filter(
      (message): message is Extract<FromPanel, { type: Type }> => message.type === type,
    );
  }

  /** Addresses that the page asked for, beyond its own files. */
  foreignRequests(): string[] {
    const own = /^\/(?:(?:panel|pages)\.(?:js|css)|codicon\.css|codicon\.ttf\?[0-9a-f]+|favicon\.ico)?$/;
    return this.requests.filter(
      (address) => !address.startsWith(`${this.origin}/`) || !own.test(address.slice(this.origin.length)),
    );
  }

  /** As when the view is hidden and shown: the page starts anew, and what the editor keeps for it is still there. */
  async hideAndShow(): Promise<void> {
    await this.page.reload();
    await this.page.waitForFunction(() => sentMessages().length > 0);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

/** The page and its files as they are now: a build that starts meanwhile changes nothing. */
async function readPage(bundle: string): Promise<Map<string, { type: string; body: string | Buffer }>> {
  const html = renderPage({
    cspSource: "'self'",
    nonce: "abc",
    script: `/${bundle}.js`,
    styles: ["/codicon.css", `/${bundle}.css`],
  });
  const files = new Map<string, { type: string; body: string | Buffer }>([["/", { type: "text/html", body: html }]]);
  for (const name of [`${bundle}.js`, `${bundle}.css`, "codicon.css", "codicon.ttf"]) {
    files.set(`/${name}`, { type: types[extname(name)] ?? "", body: await readFile(join(dist, name)) });
  }
  return files;
}

async function readTheme(name: ThemeName): Promise<{ name: ThemeName; colors: Record<string, string> }> {
  const themes = JSON.parse(await readFile(join(here, "panel-page-themes.json"), "utf8")) as Record<
    ThemeName,
    Record<string, string>
  >;
  return { name, colors: themes[name] };
}

declare function sentMessages(): unknown[];

/** Runs in the page before its script: VS Code's classes, colours and messages. */
function actAsHost({
  theme,
  classes = [],
}: {
  theme: Awaited<ReturnType<typeof readTheme>>;
  classes?: string[];
}): void {
  const sent: unknown[] = [];
  Object.assign(window, {
    sentMessages: () => sent,
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => sent.push(structuredClone(message)),
      getState: () => JSON.parse(sessionStorage.getItem("state") ?? "null"),
      setState: (state: unknown) => sessionStorage.setItem("state", JSON.stringify(state)),
    }),
  });
  document.addEventListener("DOMContentLoaded", () => {
    for (const [name, value] of Object.entries(theme.colors)) {
      document.documentElement.style.setProperty(name, value);
    }
    document.documentElement.style.backgroundColor = "var(--vscode-sideBar-background)";
    document.body.classList.add(`vscode-${theme.name === "hc-black" ? "high-contrast" : theme.name}`, ...classes);
    if (theme.name === "hc-light") {
      document.body.classList.add("vscode-high-contrast-light", "vscode-high-contrast");
    }
  });
}
