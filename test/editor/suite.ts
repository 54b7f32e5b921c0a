import { writeFile } from "node:fs/promises";

export interface TestResult {
  name: string;
  /** Absent when the test passed. */
  failure?: string;
  durationMs: number;
}

/** What dev/test-editor.mjs reads. It is written after every test, so that a crash does not lose what was known. */
export interface Results {
  finished: boolean;
  /** The test that is running, so that a crash can be laid at its door. */
  running?: string;
  tests: TestResult[];
}

interface Test {
  name: string;
  body: () => unknown;
  timeoutMs: number;
}

const tests: Test[] = [];

/** Adds a test. It may return a promise; it fails when that rejects or takes longer than `timeoutMs`. */
export function test(name: string, body: () => unknown, timeoutMs = 30_000): void {
  tests.push({ name, body, timeoutMs });
}

/** Runs every test in the order of its suite whose name contains `filter`, one after another. */
export async function runTests(resultsPath: string | undefined, filter: string): Promise<Results> {
  const results: Results = { finished: false, tests: [] };
  const save = () => (resultsPath === undefined ? undefined : writeFile(resultsPath, JSON.stringify(results)));
  for (const each of tests.filter(({ name }) => name.includes(filter))) {
    results.running = each.name;
    await save();
    results.tests.push(await runTest(each));
  }
  delete results.running;
  results.finished = true;
  await save();
  return results;
}

async function runTest({ name, body, timeoutMs }: Test): Promise<TestResult> {
  const startedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took longer than ${timeoutMs} ms.`)), timeoutMs);
  });
  try {
    await Promise.race([Promise.resolve().then(body), late]);
    return { name, durationMs: performance.now() - startedAt };
  } catch (error) {
    const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { name, failure, durationMs: performance.now() - startedAt };
  } finally {
    clearTimeout(timer);
  }
}
