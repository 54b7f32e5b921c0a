import { expect, test } from "vitest";
import type { Runner } from "./detect-runner";
import { findTests } from "./find-tests";
import type { FoundTest } from "./found-test";
import { planTestRun } from "./plan-test-run";
import type { RunPlan } from "./run-plan";

async function found(text: string, file = "a.test.ts"): Promise<FoundTest[]> {
  return findTests(text, file);
}

function plan(test: FoundTest | undefined, runner: Partial<Runner> & Pick<Runner, "name" | "major">): RunPlan {
  const whole: Runner = {
    root: "/ws/pkg",
    program: "node",
    entry: undefined,
    programFlags: [],
    flags: [],
    env: {},
    ...runner,
  };
  return planTestRun(test as FoundTest, whole, {
    file: "/ws/pkg/test/a.test.ts",
    reportFolder: "/tmp/reports",
    runId: "7",
  });
}

const pattern = ({ args }: RunPlan) => args.find((arg) => arg.includes("attern=") || arg.startsWith("--grep="));

const nodeFile = `import test, { describe } from "node:test";
describe("a", () => { describe("b.", () => { test("c", (t) => t.test("d")); }); });`;

test("node filters by the whole name from 22 on, before that by one title, and by the test around a subtest", async () => {
  const [a, b, c, d] = await found(nodeFile);
  const patterns = (major: number) => [a, b, c, d].map((test) => pattern(plan(test, { name: "node:test", major })));
  expect(patterns(24)).toEqual(
    ["^a$", "^a b\\.$", "^a b\\. c$", "^a b\\. c$"].map((each) => `--test-name-pattern=${each}`),
  );
  expect(patterns(20)).toEqual(["^a$", "^b\\.$", "^c$", "^c$"].map((each) => `--test-name-pattern=${each}`));
});

test("vitest joins names with a sign from 5 on, and keeps snapshots from being written in each version", async () => {
  const [suite, row] = await found(`import { test, describe } from "vitest";
describe("a", () => { test.each([1])("b %i", () => {}); });`);
  const v5 = plan(row, { name: "vitest", major: 5, entry: "/ws/node_modules/vitest/vitest.mjs" });
  expect(pattern(v5)).toBe("--testNamePattern=^ ?a > b [\\s\\S]*?$");
  expect(v5.args).toContain("--update=none");
  expect(pattern(plan(suite, { name: "vitest", major: 5 }))).toBe("--testNamePattern=^ ?a ");
  const v3 = plan(row, { name: "vitest", major: 3 });
  expect(pattern(v3)).toBe("--testNamePattern=^ ?a b [\\s\\S]*?$");
  expect([v3.env, v3.args.includes("--allowOnly"), v3.format]).toEqual([{ CI: "1" }, true, "lines"]);
  const v2 = plan(row, { name: "vitest", major: 2 });
  expect([v2.format, v2.args.includes("--includeTaskLocation")]).toEqual(["jest", false]);
});

test("the shown command is whole but for our own report, which it names", async () => {
  const [, , c] = await found(nodeFile);
  const runner = { name: "node:test", major: 24, programFlags: ["--import", "tsx"], env: { TZ: "UTC" } } as const;
  const { shown, args, cwd, reportPath, timeoutMs } = plan(c, { ...runner, programFlags: [...runner.programFlags] });
  expect(shown).toBe(
    "TZ=UTC node --import tsx --test --test-reporter=hearth:report --test-reporter-destination=hearth:report --test-reporter=spec --test-reporter-destination=stdout '--test-name-pattern=^a b\\. c$' test/a.test.ts",
  );
  expect([cwd, reportPath, timeoutMs]).toEqual(["/ws/pkg", "/tmp/reports/report-7", 120_000]);
  expect(args).toContain("--test-reporter-destination=/tmp/reports/report-7");
  const vitest = plan(c, { name: "vitest", major: 5, entry: "/ws/node_modules/vitest/vitest.mjs" });
  expect(vitest.shown).toMatch(/^node \.\.\/node_modules\/vitest\/vitest\.mjs run --reporter=hearth:report /);
});

test("a title cannot hide or reorder what the card shows", async () => {
  const [, only] = await found(`import test from "node:test";
test("x");
test(${JSON.stringify("a\u202eb\u200b\nc 'd' $(e)")}, () => {});`);
  expect(plan(only, { name: "node:test", major: 24 }).shown).toContain(
    String.raw`'--test-name-pattern=^a\u{202e}b\u{200b}\nc '\''d'\'' \$\(e\)$'`,
  );
});

test("a permission holds for the same command, wherever the test has moved in its file", async () => {
  const [, , before] = await found(nodeFile);
  const [, , after] = await found(`// moved\n\n${nodeFile}`);
  const [, , other] = await found(nodeFile.replace('"c"', '"other"'));
  const grant = (test: FoundTest | undefined) => plan(test, { name: "node:test", major: 24 }).grant;
  expect(grant(after)).toBe(grant(before));
  expect(grant(other)).not.toBe(grant(before));
});
