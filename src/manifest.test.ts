import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Contributed {
  command: string;
  title?: string;
  category?: string;
  icon?: string;
  when?: string;
  key?: string;
}

interface Manifest {
  [key: string]: unknown;
  main: string;
  files: string[];
  scripts: Record<string, string>;
  engines: { vscode: string };
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  activationEvents: string[];
  capabilities: {
    untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] };
    virtualWorkspaces: unknown;
  };
  contributes: {
    commands: Contributed[];
    menus: Record<string, Contributed[]>;
    keybindings: Contributed[];
    configuration: {
      properties: Record<
        string,
        { scope?: string; order?: number; description?: string; markdownDescription?: string }
      >;
    };
  };
}

const root = new URL("..", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const manifest = JSON.parse(read("package.json")) as Manifest;
const { commands, menus, keybindings, configuration } = manifest.contributes;

/** Proposed in VS Code 1.139: they show in the VS Code server of our tests and nowhere at our users'. */
const PROPOSED_MENUS = [
  "diffEditor/gutter/hunk",
  "diffEditor/gutter/selection",
  "multiDiffEditor/resource/title",
  "multiDiffEditor/content",
  "editor/content",
  "mergeEditor/result/title",
  "editor/inlineCompletions/actions",
  "editor/context/chat",
  "editor/context/share",
  "explorer/context/share",
  "editor/title/context/share",
  "file/share",
  "scm/inputBox",
  "scm/repositories/title",
  "scm/history/title",
  "scm/historyItem/context",
  "scm/historyItemRef/context",
  "viewContainer/title",
  "comments/comment/editorActions",
  "comments/commentThread/additionalActions",
  "comments/commentThread/title/context",
  "comments/commentThread/comment/context",
  "commentsView/commentThread/context",
  "notebook/kernelSource",
  "menuBar/home",
];
const isProposed = (menu: string) =>
  PROPOSED_MENUS.includes(menu) ||
  /^scm\/artifact[^/]*\/context$/.test(menu) ||
  (/^(?:chat|agents)\//.test(menu) && menu !== "chat/input/status");

test("no proposed API is asked for, and no menu that is proposed", () => {
  expect(manifest).not.toHaveProperty("enabledApiProposals");
  expect(Object.keys(menus).filter(isProposed)).toEqual([]);
});

test("the types are those of the oldest VS Code that is supported", () => {
  expect(manifest.engines.vscode).toBe(`^${manifest.devDependencies["@types/vscode"]}`);
});

test("invariant 6: no setting can be set by a workspace, and each is restricted until the folder is trusted", () => {
  const loose = Object.entries(configuration.properties).filter(([, { scope }]) => scope !== "application");
  expect(loose.map(([name]) => name)).toEqual([]);
  const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
  expect(supported).toBe("limited");
  expect([...restrictedConfigurations].sort()).toEqual(Object.keys(configuration.properties).sort());
  expect(manifest.capabilities.virtualWorkspaces).toBeDefined();
});

test("every setting is ours and explains itself", () => {
  for (const [name, { description, markdownDescription }] of Object.entries(configuration.properties)) {
    expect(name).toMatch(/^hearth\.[a-z]/);
    expect(description ?? markdownDescription, name).toMatch(/\.$/);
  }
});

test("the settings stand in the order in which they are written here", () => {
  const orders = Object.values(configuration.properties).map(({ order }) => order);
  expect(orders).toEqual(orders.map((_, index) => index + 1));
});

test("S-I2: no setting is a place for a key", () => {
  const names = JSON.stringify(configuration.properties).match(/"[^"]*"(?=\s*:)/g) ?? [];
  expect(names.filter((name) => /api.?key|token|secret|password/i.test(name))).toEqual([]);
});

test("invariant 7: nothing starts with the window, and no link of another program reaches us", () => {
  const early = manifest.activationEvents.filter((event) =>
    /^(?:\*|onStartupFinished|onUri|workspaceContains:.*)$/.test(event),
  );
  expect(early).toEqual([]);
});

test("every command is ours, has words of its own and stands under our name", () => {
  const ids = commands.map(({ command }) => command);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(commands.map(({ title }) => title)).size).toBe(commands.length);
  for (const { command, category, title } of commands) {
    expect(command).toMatch(/^hearth\.[a-z][A-Za-z]*$/);
    expect(category, command).toBe("Hearth");
    expect(title, command).toMatch(/^\S.*\S$/);
  }
});

test("menus and keys name commands that exist, and say when they are there", () => {
  const ids = commands.map(({ command }) => command);
  for (const [menu, items] of Object.entries(menus)) {
    for (const { command, when } of items) {
      expect(ids, menu).toContain(command);
      expect(when, `${command} in ${menu}`).toBeTruthy();
    }
  }
  for (const { command, when, key } of keybindings) {
    expect(ids).toContain(command);
    expect(key).toMatch(/^ctrl\+alt\+/);
    expect(command === "hearth.focus" || Boolean(when), command).toBe(true);
  }
});

test("icons are in the set that every VS Code has", () => {
  const known = read("node_modules/@vscode/codicons/dist/codicon.css");
  const used = JSON.stringify(manifest).match(/\$\(([a-z-]+)\)/g) ?? [];
  expect(used.filter((icon) => !known.includes(`.codicon-${icon.slice(2, -1)}:before`))).toEqual([]);
});

test("C-2: installing the project or the extension runs no script", () => {
  const lifecycle = /^(?:pre|post)?(?:install|prepare|publish|pack|uninstall)$|^prepublishOnly$|^vscode:/;
  expect(Object.keys(manifest.scripts).filter((name) => lifecycle.test(name))).toEqual([]);
  expect(read(".npmrc")).toMatch(/^ignore-scripts=true$/m);
});

test("C-3: every dependency is pinned to one version", () => {
  const all = { ...manifest.dependencies, ...manifest.devDependencies };
  expect(Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test("every dependency has a line that says why it is there", () => {
  const page = read("docs/dependencies.md");
  const all = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(all.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test("C-5: the package is an allow-list of bundles, media and pages", () => {
  expect([...manifest.files].sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "dist/**", "media/**"]);
});

test("“Fix This Test” is in the editor's menu of every file that is named like a test", () => {
  const { when = "" } = menus["editor/context"]?.find(({ command }) => command === "hearth.fixTest") ?? {};
  const isOffered = (path: string) =>
    [...when.matchAll(/(resourceFilename|resourcePath) =~ \/(.*?)\/(?= |\))/g)].some(([, key, pattern = ""]) =>
      new RegExp(pattern).test(key === "resourcePath" ? path : (path.split("/").at(-1) ?? "")),
    );
  const tests = ["/p/a.test.ts", "/p/a_spec.mjs", "/p/test_cart.py", "/p/cart_test.py", "/p/tests.py"];
  const inFolders = ["/p/__tests__/cart.js", "/p/test/cart.tsx", "/p/spec/cart.cjs", "/p/tests/unit/cart.py"];
  expect([...tests, ...inFolders].filter((path) => !isOffered(path))).toEqual([]);
  expect(["/p/src/cart.ts", "/p/latest.ts", "/p/src/contest.py", "/p/test/data.json"].filter(isOffered)).toEqual([]);
});
