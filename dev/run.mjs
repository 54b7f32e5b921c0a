import { existsSync } from "node:fs";
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { build } from "./build.mjs";
import { inNode24, nodePath, ROOT } from "./dependencies.mjs";
import { deadLinks, listPackage, strangers } from "./package-content.mjs";
import { runToEnd } from "./processes.mjs";
import { main, SetupProblem, say } from "./progress.mjs";
import { stageExtension } from "./staged-extension.mjs";

/** @type {Record<string, (rest: string[]) => Promise<void>>} */
const COMMANDS = {
  build: (rest) => build(.../** @type {("--release" | "--tests")[]} */ (rest)),
  watch: () => run("esbuild.config.mjs", ["--watch", "--tests"]),
  check,
  package: pack,
  bench,
};

async function runCommand() {
  const [name = "", ...rest] = process.argv.slice(2);
  const command = COMMANDS[name];
  if (command === undefined) {
    throw new SetupProblem(`There is no "${name}".`, `Choose one of: ${Object.keys(COMMANDS).join(", ")}.`);
  }
  await command(rest);
}

/**
 * Runs a script of the project in node 24; a failure ends the command.
 * @param {string} script
 * @param {string[]} args
 * @param {{ cwd?: string, stdio?: import("node:child_process").StdioOptions }} [options]
 */
async function run(script, args, { cwd = ROOT, stdio = "inherit" } = {}) {
  const code = await runToEnd(nodePath(), [join(ROOT, script), ...args], { cwd, stdio });
  if (code !== 0) {
    throw new SetupProblem(`${script} ended with exit code ${code}.`, "What is wrong is said above.");
  }
}

const PROJECTS = ["tsconfig.json", "src/core/tsconfig.json", "webview-ui/tsconfig.json", "test/ui/tsconfig.json"];

/** Format, lint, types and unused exports. All are tried, so that one run shows everything. */
async function check() {
  /** @type {[title: string, script: string, args: string[]][]} */
  const checks = [
    ["Format and lint", "node_modules/@biomejs/biome/bin/biome", ["check", "--error-on-warnings"]],
    ...PROJECTS.map(
      (project) =>
        /** @type {[string, string, string[]]} */ ([
          `Types of ${project}`,
          "node_modules/typescript/bin/tsc",
          ["--noEmit", "-p", project],
        ]),
    ),
    ["Unused exports, files and dependencies", "node_modules/knip/bin/knip.js", []],
  ];
  /** @type {string[]} */
  const failed = [];
  for (const [title, script, args] of checks) {
    say(title);
    await run(script, args).catch(() => failed.push(title));
  }
  if (failed.length > 0) {
    throw new SetupProblem(`Not in order: ${failed.join("; ")}.`, "What is wrong is said above.");
  }
}

/** Makes the .vsix and looks into it: it holds what users need and nothing else, and its pages point at nothing outside. */
async function pack() {
  const { name, version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const file = join(ROOT, `${name}-${version}.vsix`);
  await rm(file, { force: true });
  await build("--release");
  const staged = stageExtension(join(ROOT, "dist-test/package"));
  await run(
    "node_modules/@vscode/vsce/vsce",
    ["package", "--no-dependencies", "--no-rewrite-relative-links", "--allow-missing-repository", "--out", file],
    { cwd: staged, stdio: ["ignore", 2, 2] },
  );
  const content = await listPackage(file);
  const wrong = strangers(content);
  if (wrong.length > 0) {
    await rm(file);
    throw new SetupProblem(`The package would hold ${wrong.join(", ")}.`, "Take it out of `files` in package.json.");
  }
  for (const page of ["README.md", "CHANGELOG.md"]) {
    const dead = deadLinks(await readFile(join(staged, page), "utf8"), content);
    if (dead.length > 0) {
      await rm(file);
      throw new SetupProblem(
        `${page} in the package would point at ${dead.join(", ")}, which is not in it.`,
        "Teach dev/packed-readme.mjs to leave it out, or name it without a link.",
      );
    }
  }
  process.stdout.write(`${content.join("\n")}\n`);
  say(`${file}: ${content.length} files, ${(await stat(file)).size} bytes`);
}

/** @param {string[]} rest */
async function bench(rest) {
  if (!existsSync(join(ROOT, "bench/main.ts"))) {
    throw new SetupProblem("bench/main.ts is missing.", "Restore it with git, then run this again.");
  }
  const bundle = join(ROOT, "dist-test/bench/main.mjs");
  const { build: bundleWith } = await import("esbuild");
  await bundleWith({
    absWorkingDir: ROOT,
    entryPoints: ["bench/main.ts"],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    packages: "external",
    external: [join(ROOT, "dev/*")],
    loader: { ".md": "text" },
    logLevel: "warning",
  });
  process.exitCode = await runToEnd(nodePath(), ["--enable-source-maps", "--expose-gc", bundle, ...rest], {
    cwd: ROOT,
  });
}

await main(() => inNode24(import.meta.url, runCommand));
