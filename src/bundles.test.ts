import { type BuildResult, build, type Metafile } from "esbuild";
import { expect, test } from "vitest";
import { bundles } from "../esbuild.config.mjs";
import { NETWORK_GLOBALS, PROCESSES, readGlobals, SOCKETS } from "../test/support/read-source";

const [extension, webview] = await Promise.all(
  bundles({ release: true }).map(
    (options): Promise<BuildResult> => build({ ...options, write: false, metafile: true }),
  ),
);

function metafileOf(result: BuildResult | undefined): Metafile {
  if (result?.metafile === undefined) {
    throw new Error("The build gave no list of what it bundled.");
  }
  return result.metafile;
}

const CODE = /\.(?:[cm]?js|ts|tsx)$/;

/** Bundled files, ours and others', that are not empty after tree shaking. */
function inputsOf(result: BuildResult | undefined): string[] {
  const kept = Object.values(metafileOf(result).outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  return [...new Set(kept.map(([path]) => path))].filter((path) => CODE.test(path));
}

/** Bundled files that import a module of node's matching the pattern, as `file imports module`. */
function importersOf(result: BuildResult | undefined, pattern: RegExp): string[] {
  const { inputs } = metafileOf(result);
  return inputsOf(result).flatMap((path) =>
    (inputs[path]?.imports ?? [])
      .filter((each) => each.external && pattern.test(each.path))
      .map((each) => `${path} imports ${each.path}`),
  );
}

/** Files of libraries that name a global of the network, and why that opens nothing here. */
const NAMED_ONLY: Record<string, string> = {
  "node_modules/openai/internal/shims.mjs":
    "takes the global fetch only when it is given none; the client is always given the gateway's",
};

test("invariant 1: in the extension's bundle only net and the client it drives can open a socket", () => {
  const elsewhere = importersOf(extension, SOCKETS).filter(
    (line) => !/^(?:src\/net|node_modules\/undici)\//.test(line),
  );
  expect(elsewhere).toEqual([]);
});

test("invariant 1: only net reaches for the HTTP client", () => {
  const { inputs } = metafileOf(extension);
  const users = Object.entries(inputs)
    .filter(([path]) => !path.startsWith("node_modules/undici/"))
    .filter(([, { imports }]) => imports.some((each) => each.path.startsWith("node_modules/undici/")))
    .map(([path]) => path);
  expect(users.filter((path) => !path.startsWith("src/net/"))).toEqual([]);
});

test("invariant 2: in the extension's bundle only machine can start a process", () => {
  const elsewhere = importersOf(extension, PROCESSES).filter((line) => !/^src\/machine\//.test(line));
  expect(elsewhere).toEqual([]);
});

test.each([
  ["extension", extension],
  ["webview", webview],
])("invariant 1: nothing in the %s's bundle uses a global that opens a connection", (_, result) => {
  const wrong = inputsOf(result)
    .filter((path) => !path.startsWith("node_modules/undici/") && NAMED_ONLY[path] === undefined)
    .flatMap((path) => readGlobals(path, NETWORK_GLOBALS).map((name) => `${path} uses ${name}`));
  expect(wrong).toEqual([]);
});

test("the page's bundle asks for no module of node's", () => {
  expect(importersOf(webview, /./)).toEqual([]);
});

test("C-9: nothing that is bundled calls eval", () => {
  const wrong = [...inputsOf(extension), ...inputsOf(webview)].filter((path) => readGlobals(path, ["eval"]).length > 0);
  expect(wrong).toEqual([]);
});
