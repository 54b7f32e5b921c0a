import { expect, test } from "vitest";
import { bundles } from "../esbuild.config.mjs";
import {
  type Import,
  listSources,
  NETWORK_GLOBALS,
  PROCESSES,
  readGlobals,
  readImports,
  SOCKETS,
} from "../test/support/read-source";

interface Room {
  /** Rooms of ours; a longer path allows a part of a room only. */
  own: readonly string[];
  /** Packages, and `node` for node's own modules other than those that open sockets or start processes. */
  external: readonly string[];
}

/** What pages and messages may know of the core: types and pure folds. */
const PURE_CORE = [
  "src/core/events",
  "src/core/task-view",
  "src/core/note-texts",
  "src/core/fold",
  "src/core/plan/plan",
  "src/core/text/sizes",
];

const ROOMS: Record<string, Room> = {
  "src/core": { own: ["src/core"], external: ["zod", "diff"] },
  "src/net": { own: ["src/net", "src/core"], external: ["undici", "zod", "node", "sockets"] },
  "src/endpoint": { own: ["src/endpoint", "src/core", "src/net"], external: ["openai", "zod"] },
  "src/machine": { own: ["src/machine", "src/core"], external: ["zod", "node", "processes"] },
  "src/protocol": { own: ["src/protocol", ...PURE_CORE], external: ["zod"] },
  "src/editor": {
    own: ["src/editor", "src/core", "src/net", "src/endpoint", "src/machine", "src/protocol"],
    external: ["vscode", "zod", "node", "@babel/parser"],
  },
  "webview-ui": {
    own: ["webview-ui", "src/protocol", ...PURE_CORE],
    external: ["zod", "preact", "marked", "@tanstack/virtual-core"],
  },
};

/** Tests may use more: test tools, our fakes, and node. They never reach a user. */
const TESTS: Room = {
  own: ["test", "bench", "dev", "src", "webview-ui", "esbuild.config.mjs", "package.json"],
  external: [
    ...Object.values(ROOMS).flatMap(({ external }) => external),
    ...["vitest", "fast-check", "gpt-tokenizer", "esbuild", "@vscode/ripgrep-universal"],
  ],
};

const isTest = (path: string) => /\.test\.tsx?$|\/testing\//.test(path);
const sources = [...listSources("src"), ...listSources("webview-ui")];
const shipped = sources.filter((path) => !isTest(path));

function kindOf(from: string): string {
  if (SOCKETS.test(from)) {
    return "sockets";
  }
  if (PROCESSES.test(from)) {
    return "processes";
  }
  if (from.startsWith("node:")) {
    return "node";
  }
  return from.split("/", from.startsWith("@") ? 2 : 1).join("/");
}

/** `isIP` and the like only look at text. */
const HARMLESS: Record<string, readonly string[]> = { "node:net": ["isIP", "isIPv4", "isIPv6"] };

function isAllowed({ own, external }: Room, each: Import): boolean {
  if (each.own !== undefined) {
    return own.some((place) => each.own === place || each.own?.startsWith(`${place}/`));
  }
  const harmless = HARMLESS[each.from];
  return (
    external.includes(kindOf(each.from)) ||
    (harmless !== undefined && each.names.every((name) => harmless.includes(name)))
  );
}

test("every file is in a room", () => {
  const outside = sources.filter(
    (path) => !isTest(path) && !Object.keys(ROOMS).some((room) => path.startsWith(`${room}/`)),
  );
  expect(outside).toEqual([]);
});

test.each(Object.entries(ROOMS))("%s imports what its room allows", (name, room) => {
  const wrong = shipped
    .filter((path) => path.startsWith(`${name}/`))
    .flatMap((path) =>
      readImports(path)
        .filter((each) => !isAllowed(room, each))
        .map(({ from }) => `${path} imports ${from}`),
    );
  expect(wrong).toEqual([]);
});

test("what pages may know of the core is closed in itself and needs zod alone", () => {
  const wrong = PURE_CORE.flatMap((path) =>
    readImports(`${path}.ts`)
      .filter((each) => each.from !== "zod" && !PURE_CORE.includes(each.own ?? ""))
      .map(({ from }) => `${path} imports ${from}`),
  );
  expect(wrong).toEqual([]);
});

test("only tests import test tools, fakes and other rooms' insides", () => {
  const wrong = sources.filter(isTest).flatMap((path) =>
    readImports(path)
      .filter((each) => !isAllowed(TESTS, each))
      .map(({ from }) => `${path} imports ${from}`),
  );
  expect(wrong).toEqual([]);
});

/** What esbuild starts from for those who install Hearth. */
const entryPoints = bundles()
  .flatMap(({ entryPoints = {} }) => Object.values(entryPoints))
  .map((entry) => (typeof entry === "string" ? entry : entry.in));

/** The files that these import, and those that they import in turn. */
function reachedFrom(entries: readonly string[]): Set<string> {
  const reached = new Set(entries);
  for (const path of reached) {
    for (const { own } of readImports(path)) {
      for (const file of [`${own}.ts`, `${own}.tsx`].filter((each) => sources.includes(each))) {
        reached.add(file); // the loop comes to it as well
      }
    }
  }
  return reached;
}

test("every shipped file is reached from an entry point of the product", () => {
  const reached = reachedFrom(entryPoints);
  expect(shipped.filter((path) => !path.endsWith(".d.ts") && !reached.has(path))).toEqual([]);
});

test("no folder is a drawer for everything", () => {
  const drawers = sources.filter((path) => /\/(?:utils?|helpers?|common|services|misc)\//.test(path));
  expect(drawers).toEqual([]);
});

const WRITERS =
  /^(?:\*|default|open|openSync|(?:writeFile|appendFile|mkdir|mkdtemp|rm|rmdir|unlink|rename|copyFile|cp|chmod|chown|link|symlink|truncate|ftruncate|utimes|write)(?:Sync)?|createWriteStream)$/;

/** Files outside `machine` that may touch the disk, each with the one call it makes. */
const DISK: Record<string, readonly string[]> = {
  "src/net/ledger.ts": ["appendFile", "chmod", "mkdir", "open"], // the ledger is net's own record, written where requests leave
  "src/editor/files/read-bytes.ts": ["open"], // opened for reading, without following a link
};

test("only machine writes to disk, apart from the files named here", () => {
  const wrong = shipped
    .filter((path) => !path.startsWith("src/machine/"))
    .flatMap((path) =>
      readImports(path)
        .filter(({ from }) => /^node:fs(?:\/promises)?$/.test(from))
        .flatMap(({ names }) => names.filter((name) => WRITERS.test(name) && !DISK[path]?.includes(name)))
        .map((name) => `${path} uses ${name}`),
    );
  expect(wrong).toEqual([]);
});

test("every exception for the disk is still needed", () => {
  for (const [path, names] of Object.entries(DISK)) {
    const used = readImports(path)
      .filter(({ from }) => /^node:fs(?:\/promises)?$/.test(from))
      .flatMap((each) => each.names);
    expect(used, path).toEqual(expect.arrayContaining([...names]));
  }
});

test("invariant 1: no file of ours uses a global that opens a connection", () => {
  const wrong = shipped.flatMap((path) => readGlobals(path, NETWORK_GLOBALS).map((name) => `${path} uses ${name}`));
  expect(wrong).toEqual([]);
});
