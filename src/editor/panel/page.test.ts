import { expect, test } from "vitest";
import { policyOf, renderPage } from "./page";

const parts = {
  cspSource: "https://*.vscode-cdn.net",
  nonce: "n0nce",
  script: "https://file+.vscode-resource.vscode-cdn.net/dist/webview/panel.js",
  styles: ["https://x/codicon.css", 'https://x/"><script>'],
};

test("S-E1: the page loads from the extension alone and sends nowhere", () => {
  expect(policyOf(parts)).toBe(
    "default-src 'none'; img-src https://*.vscode-cdn.net; style-src https://*.vscode-cdn.net; font-src https://*.vscode-cdn.net; " +
      "script-src 'nonce-n0nce'; connect-src 'none'; frame-src 'none'; form-action 'none'; base-uri 'none'",
  );
  expect(policyOf(parts)).not.toMatch(/unsafe|data:|https:(?!\/\/\*\.vscode-cdn\.net)/);
});

test("S-E3: the page has one script, ours, and no inline code", () => {
  const html = renderPage(parts);
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).toContain(`<script type="module" nonce="n0nce" src="${parts.script}"></script>`);
  expect(html).toContain('<div id="hearth-root"></div>');
  expect(html).not.toMatch(/\son\w+=|<style|style="/);
});
