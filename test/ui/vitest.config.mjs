import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { markdownAsText } from "../../vitest.config.mjs";

/** One window after another: two at once would make each slow, and a slow window fails for no reason of ours. */
export default defineConfig({
  root: join(import.meta.dirname, "../.."),
  plugins: [markdownAsText],
  test: { include: ["test/ui/**/*.test.ts"], fileParallelism: false, testTimeout: 90_000, hookTimeout: 90_000 },
});
