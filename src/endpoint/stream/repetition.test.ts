import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { RepetitionWatch, withoutRepeats } from "./repetition";

/** Characters that were written when it was found; undefined when it was not. */
function foundAfter(text: string, { isCode = false, step = 7 } = {}): number | undefined {
  const watch = new RepetitionWatch(isCode);
  for (let at = 0; at < text.length; at += step) {
    watch.push(text.slice(at, at + step));
    if (watch.found !== undefined) {
      return at + step;
    }
  }
  watch.look();
  return watch.found === undefined ? undefined : text.length;
}

const root = new URL("../../../", import.meta.url).pathname;
const files = ["src", "test", "webview-ui", "docs", "sample", "bench", "media"]
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && /\.(?:tsx?|jsx?|mjs|jsonl?|md|css|py|svg|txt|html)$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((path) => !path.includes("node_modules"))
  .concat(["package-lock.json", "CHANGELOG.md", "README.md"].map((name) => join(root, name)))
  .map((path) => ({ path, text: readFileSync(path, "utf8") }));

test("no file of this project, told as text, as code or as a call, counts as a model that repeats itself", () => {
  expect(files.length).toBeGreaterThan(400);
  const wrong = files.filter(
    ({ text }) =>
      foundAfter(text, { step: 500 }) !== undefined ||
      foundAfter(`\`\`\`\n${text}`, { step: 500 }) !== undefined ||
      foundAfter(JSON.stringify({ content: text }), { isCode: true, step: 500 }) !== undefined,
  );
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

const rows = (row: string, count: number) => Array.from({ length: count }, () => row).join("\n");
const numbered = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join("\n");

test.each<[string, string]>([
  ["a line across the page", "=".repeat(500)],
  ["a table with three hundred equal rows", rows("| yes | no | not applicable here |", 300)],
  [
    "a table with the same words in each numbered row",
    numbered(400, (at) => `| ${at} | not tested yet on this machine |`),
  ],
  [
    "a long list with the same words and other numbers",
    numbered(400, (at) => `${at}. Rename the file and update the import.`),
  ],
  ["a hundred lines of punishment", rows("I will not push to main on a Friday.", 100)],
  ["a chorus", rows("Round and round and round we go, and where we stop nobody knows.\n", 20)],
  ["a picture of zeros in code", `\`\`\`c\n${rows("0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,", 256)}\n\`\`\``],
  ["an encoded empty picture", `data:image/png;base64,${"A".repeat(12_000)}`],
  ["a page of blank lines", "\n".repeat(1_500)],
  [
    "equal lines of code",
    `\`\`\`ts\n${rows("    expect(await next()).toEqual({ done: false, value: undefined });", 200)}\n\`\`\``,
  ],
])("%s is meant", (_, text) => {
  expect(foundAfter(`Here it is:\n\n${text}\n\nThat is all.`)).toBeUndefined();
});

const word = fc.stringMatching(/^[a-zà-ž]{2,9}$/);
const sentence = fc.uniqueArray(word, { minLength: 4, maxLength: 30 }).map((words) => `${words.join(" ")}. `);
const paragraph = fc.array(sentence, { minLength: 1, maxLength: 8 }).map((sentences) => sentences.join(""));

test("failure 27: a sentence or a paragraph that comes again and again is found within ten thousand characters, wherever it is cut", () => {
  fc.assert(
    fc.property(paragraph, paragraph, fc.integer({ min: 1, max: 300 }), (before, block, step) => {
      const looping = before + block.repeat(Math.ceil(20_000 / block.length));
      const at = foundAfter(looping, { step });
      expect(at).toBeDefined();
      expect((at ?? 0) - before.length).toBeLessThan(Math.max(10_000, step));
    }),
    { numRuns: 150 },
  );
});

test("failure 27: signs, zeros, code and calls without end are found, later", () => {
  const signs = fc.string({ minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(signs, fc.constantFrom("", "```\n", "call"), (block, place) => {
      const looping = `${place === "call" ? "" : place}${block.repeat(Math.ceil(40_000 / block.length))}`;
      expect(foundAfter(looping, { isCode: place === "call", step: 100 })).toBeLessThan(26_000);
    }),
    { numRuns: 60 },
  );
});

test("blanks without end are found early", () => {
  expect(foundAfter(`{"path": "a.ts",${"\n".repeat(9_000)}`, { isCode: true })).toBeLessThan(3_100);
  expect(foundAfter(`So.${" \t".repeat(9_000)}`)).toBeLessThan(3_100);
});

test("of what was repeated two are kept, and all that stood before", () => {
  const block = "Let me look at the file again. ";
  const text = `I found it.\n${block.repeat(200)}Let me lo`;

  const kept = withoutRepeats(text, { block });

  expect(kept).toBe(`I found it.\n${block.repeat(2)}\n[the same again and again]`);
  expect(withoutRepeats("An answer that ended otherwise.", { block })).toBe("An answer that ended otherwise.");
});
