import { runTests } from "./suite";

/** VS Code calls this in the extension host, with every suite of this folder loaded. */
export async function run(): Promise<void> {
  const { tests } = await runTests(process.env["HEARTH_TEST_RESULTS"], process.env["HEARTH_TEST_FILTER"] ?? "");
  const failed = tests.filter(({ failure }) => failure !== undefined).length;
  if (failed > 0) {
    throw new Error(`${failed} of ${tests.length} tests failed.`);
  }
}
