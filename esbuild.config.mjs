import { readdirSync } from "node:fs";
import { copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, context } from "esbuild";

const ROOT = fileURLToPath(new URL(".", import.meta.url));
const CHUNKS = "dist/chunks";

/**
 * What is built. `release` is what users get: minified, without source maps.
 * @param {{ release?: boolean, tests?: boolean }} [options]
 * @returns {import("esbuild").BuildOptions[]}
 */
export function bundles({ release = false, tests = false } = {}) {
  /** @type {import("esbuild").BuildOptions} */
  const shared = {
    absWorkingDir: ROOT,
    bundle: true,
    minify: release,
    sourcemap: release ? false : "linked",
    loader: { ".md": "text" },
    logLevel: "warning",
    legalComments: "none",
    metafile: true,
  };
  return [extension(shared), webview(shared), ...(tests ? [editorTests(shared)] : [])];
}

/**
 * What runs in the extension host: one small entry, the rest in chunks that are loaded when first needed.
 * @param {import("esbuild").BuildOptions} shared
 * @returns {import("esbuild").BuildOptions}
 */
function extension(shared) {
  return {
    ...shared,
    entryPoints: { extension: "src/editor/extension.ts" },
    outdir: "dist",
    format: "esm",
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    platform: "node",
    target: "node20",
    external: ["vscode"],
    // Libraries in CommonJS ask for node's own modules with `require`, which a module does not have.
    banner: {
      js: 'import { createRequire as hearthRequire } from "node:module"; const require = hearthRequire(import.meta.url);',
    },
  };
}

/**
 * The panel's page, and the pages in the editor area.
 * @param {import("esbuild").BuildOptions} shared
 * @returns {import("esbuild").BuildOptions}
 */
function webview(shared) {
  return {
    ...shared,
    entryPoints: { panel: "webview-ui/main.tsx", pages: "webview-ui/pages/main.tsx" },
    outdir: "dist/webview",
    format: "esm",
    platform: "browser",
    target: "chrome128",
    jsx: "automatic",
    jsxImportSource: "preact",
    define: { "process.env.NODE_ENV": '"production"' },
  };
}

/**
 * Tests that run inside VS Code, which calls the exported `run()`.
 * @param {import("esbuild").BuildOptions} shared
 * @returns {import("esbuild").BuildOptions}
 */
function editorTests(shared) {
  return {
    ...shared,
    stdin: { contents: importSuites("test/editor"), resolveDir: join(ROOT, "test/editor"), sourcefile: "suites.ts" },
    outfile: "dist-test/editor/index.cjs", // not .js: the package's own kind is "module", and VS Code requires this file
    format: "cjs",
    platform: "node",
    target: "node20",
    external: ["vscode"],
  };
}

/**
 * Every suite of a folder, then what runs them.
 * @param {string} folder
 */
function importSuites(folder) {
  const suites = readdirSync(join(ROOT, folder))
    .filter((file) => file.endsWith(".test.ts"))
    .sort();
  return [...suites.map((file) => `import "./${file}";`), 'export { run } from "./index";'].join("\n");
}

async function copyIcons() {
  await mkdir(join(ROOT, "dist/webview"), { recursive: true });
  for (const file of ["codicon.css", "codicon.ttf"]) {
    await copyFile(join(ROOT, "node_modules/@vscode/codicons/dist", file), join(ROOT, "dist/webview", file));
  }
}

/**
 * Chunks carry a hash in their names, so those of earlier builds stay behind.
 * @param {readonly import("esbuild").BuildResult[]} results
 */
async function removeStaleChunks(results) {
  const made = new Set(
    results.flatMap((result) => Object.keys(result.metafile?.outputs ?? {})).map((path) => basename(path)),
  );
  const found = await readdir(join(ROOT, CHUNKS)).catch(() => []); // no chunks: nothing to remove
  await Promise.all(
    found.filter((file) => !made.has(file)).map((file) => rm(join(ROOT, CHUNKS, file), { force: true })),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const release = process.argv.includes("--release");
  const chosen = bundles({ release, tests: process.argv.includes("--tests") });
  if (release) {
    await rm(join(ROOT, "dist"), { recursive: true, force: true }); // nothing of a development build gets into a package
  }
  await copyIcons();
  if (process.argv.includes("--watch")) {
    for (const bundle of chosen) {
      await (await context({ ...bundle, logLevel: "info" })).watch();
    }
  } else {
    await removeStaleChunks(await Promise.all(chosen.map((bundle) => build(bundle))));
  }
}
