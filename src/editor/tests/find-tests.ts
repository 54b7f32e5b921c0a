import type { FoundTest, RunnerName } from "./found-test";

export interface FindOptions {
  /** The runner that puts `test`, `it` and `describe` into every file without an import. */
  globals?: RunnerName | undefined;
}

/** Larger texts are not looked at, in characters. */
export const largestText = 1_000_000;

const scriptName = /\.[cm]?[jt]sx?$/i;
/** The names that pytest and unittest collect. */
const pythonName = /(?:^|[\\/])(?:test[^\\/]*|[^\\/]*_tests?)\.py$/i;
const runnerImport =
  /(?:from|require\s*\(|import\s*\(?)\s*["'](node:test|vitest|@jest\/globals|mocha)["']|\bimport\.meta\.(vitest)\b/;
const runnerNames: Readonly<Record<string, RunnerName>> = { "@jest/globals": "jest" };

/** Cheap: whether a look at the whole file is worth it. */
export function looksLikeTests(text: string, fileName: string, options: FindOptions = {}): boolean {
  if (pythonName.test(fileName)) {
    return text.length <= largestText && /^\s*(?:async\s+)?def\s+test/m.test(text);
  }
  return text.length <= largestText && scriptName.test(fileName) && runnerOf(text, options) !== undefined;
}

/** The tests and suites of a file, in the order of its text. A file that is broken in places gives what can be read. */
export async function findTests(text: string, fileName: string, options: FindOptions = {}): Promise<FoundTest[]> {
  if (!looksLikeTests(text, fileName, options)) {
    return [];
  }
  if (pythonName.test(fileName)) {
    return (await import("./python/find-python-tests")).findPythonTests(text);
  }
  const [{ parseScript }, { collectTests }, { scanLoosely }] = await Promise.all([
    import("./javascript/syntax"),
    import("./javascript/collect"),
    import("./javascript/loose-scan"),
  ]);
  const program = await parseScript(text, fileName);
  return program === undefined
    ? scanLoosely(text, runnerOf(text, options) ?? "node:test")
    : collectTests(program, text, options.globals);
}

function runnerOf(text: string, options: FindOptions): RunnerName | undefined {
  const match = runnerImport.exec(text);
  const module = match?.[1] ?? match?.[2];
  if (module === undefined) {
    return options.globals !== undefined && /\b(?:test|it|describe|suite|specify)\b/.test(text)
      ? options.globals
      : undefined;
  }
  return runnerNames[module] ?? (module as RunnerName);
}
