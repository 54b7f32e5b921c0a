/** Addresses as the webview may load them. */
export interface PageParts {
  cspSource: string;
  nonce: string;
  script: string;
  styles: readonly string[];
}

/** Nothing from elsewhere is loaded, nothing is sent, and only our own script runs. */
export function policyOf({ cspSource, nonce }: Pick<PageParts, "cspSource" | "nonce">): string {
  return [
    "default-src 'none'",
    `img-src ${cspSource}`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `script-src 'nonce-${nonce}'`,
    "connect-src 'none'",
    "frame-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
  ].join("; ");
}

export function renderPage(parts: PageParts): string {
  const styles = parts.styles.map((href) => `    <link rel="stylesheet" href="${escapeAttribute(href)}" />`).join("\n");
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${escapeAttribute(policyOf(parts))}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Hearth</title>
${styles}
  </head>
  <body>
    <div id="hearth-root"></div>
    <script type="module" nonce="${escapeAttribute(parts.nonce)}" src="${escapeAttribute(parts.script)}"></script>
  </body>
</html>
`;
}

function escapeAttribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
