import { copyFile, mkdir } from "node:fs/promises";
import { build, context } from "esbuild";

const minify = process.argv.includes("--release");
const watching = process.argv.includes("--watch");

const shared = { bundle: true, minify, sourcemap: minify ? false : "linked", loader: { ".md": "text" }, logLevel: "warning", legalComments: "none" };

/** What runs in the extension host: one small entry, the rest in chunks that are loaded when first needed. */
const extension = {
  ...shared,
  entryPoints: { extension: "src/editor/extension.ts" },
  outdir: "dist",
  format: "esm",
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  platform: "node",
  target: "node20",
  external: ["vscode"],
  metafile: true,
  banner: { js: 'import { createRequire as hearthRequire } from "node:module"; const require = hearthRequire(import.meta.url);' },
};

const webview = {
  ...shared,
  entryPoints: { panel: "webview-ui/main.tsx" },
  outdir: "dist/webview",
  format: "esm",
  platform: "browser",
  target: "chrome128",
  jsx: "automatic",
  jsxImportSource: "preact",
  define: { "process.env.NODE_ENV": '"production"' },
  metafile: true,
};

/** Tests that run inside VS Code: it calls the exported `run()`. */
const editorTests = {
  ...shared,
  entryPoints: { index: "test/editor/index.ts" },
  outdir: "dist-test/editor",
  format: "cjs",
  platform: "node",
  target: "node20",
  external: ["vscode"],
};

const bundles = process.argv.includes("--tests") ? [extension, webview, editorTests] : [extension, webview];

await mkdir("dist/webview", { recursive: true });
for (const file of ["codicon.css", "codicon.ttf"]) {
  await copyFile(`node_modules/@vscode/codicons/dist/${file}`, `dist/webview/${file}`);
}
if (watching) {
  for (const bundle of bundles) {
    await (await context(bundle)).watch();
  }
} else {
  await Promise.all(bundles.map((bundle) => build(bundle)));
}
