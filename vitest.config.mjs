import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Markdown is text here as in the bundles. */
export const markdownAsText = {
  name: "markdown-as-text",
  /**
   * @param {string} code
   * @param {string} id
   */
  transform(code, id) {
    return id.endsWith(".md") ? { code: `export default ${JSON.stringify(code)};`, map: null } : undefined;
  },
};

export default defineConfig({
  plugins: [markdownAsText],
  test: {
    testTimeout: 60_000, // a busy machine is slow, not wrong
    maxWorkers: Math.max(2, availableParallelism() - 1), // many tests wait for processes and clocks
    include: [
      "src/**/*.test.ts",
      "webview-ui/**/*.test.{ts,tsx}",
      "test/support/**/*.test.ts",
      "bench/**/*.test.ts",
      "dev/**/*.test.mjs",
    ],
  },
});
