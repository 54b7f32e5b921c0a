/** What a fresh machine needs, fetched from the npm registry alone and used again the next time. */
export { ensureBrowser } from "./browser.mjs";
export { inNode24, nodePath, ROOT } from "./dependencies.mjs";
export { ensureEditor } from "./editor-server.mjs";
