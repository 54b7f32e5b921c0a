import { expect, test } from "vitest";
import { readSettings, type SettingKey } from "./read-settings";

function read(raw: Partial<Record<SettingKey, unknown>>) {
  const { values, problems } = readSettings((key) => raw[key]);
  return { values, problems: problems.map((problem) => problem.message) };
}

test("nothing set means local only, asking for changes, five rounds", () => {
  expect(read({})).toEqual({
    values: {
      endpoints: [],
      localOnly: true,
      networkServers: [],
      modelFor: { plan: undefined, act: undefined },
      approvals: "ask-for-changes",
      verify: { rounds: 5, timeoutMs: 120_000 },
      commitEachAction: false,
      coAuthor: undefined,
    },
    problems: [],
  });
});

test("what the user set is taken", () => {
  const endpoint = { name: "Big", baseUrl: "http://127.0.0.1:8080/v1", model: "m", contextWindow: 32_768 };
  const raw = {
    endpoints: [endpoint],
    localOnly: false,
    networkServers: ["http://192.168.1.20:11434"],
    modelForPlan: "Big",
    approvals: "trust-this-task",
    "verify.rounds": 3,
    "verify.timeoutSeconds": 30,
    "git.commitEachAction": true,
    "git.coAuthor": " Ada Lovelace <ada@example.org> ",
  };
  expect(read(raw)).toEqual({
    values: {
      endpoints: [endpoint],
      localOnly: false,
      networkServers: ["http://192.168.1.20:11434"],
      modelFor: { plan: "Big", act: undefined },
      approvals: "trust-this-task",
      verify: { rounds: 3, timeoutMs: 30_000 },
      commitEachAction: true,
      coAuthor: "Ada Lovelace <ada@example.org>",
    },
    problems: [],
  });
});

test("a value that makes no sense becomes the strictest one, and the user is told which", () => {
  const { values, problems } = read({ localOnly: "no", approvals: "yes-to-all", "verify.rounds": 1_000 });
  expect(values).toMatchObject({ localOnly: true, approvals: "ask-everything", verify: { rounds: 5 } });
  expect(problems).toEqual([
    "The setting hearth.localOnly is not understood, so true is used.",
    'The setting hearth.approvals is not understood, so "ask-everything" is used.',
    "The setting hearth.verify.rounds is not understood, so 5 is used.",
  ]);
});

test.each(["Ada", "<ada@example.org>", "Ada <ada>", "Ada <ada@example.org> and me", "Ada\n<ada@example.org>", true])(
  "%j is no co-author: none is named, and the user reads how to write one",
  (value) => {
    const { values, problems } = readSettings((key) => (key === "git.coAuthor" ? value : undefined));
    expect(values.coAuthor).toBeUndefined();
    expect(problems.map(({ message, remedy }) => `${message} ${remedy}`)).toEqual([
      'The setting hearth.git.coAuthor is not understood, so "" is used. Write it as Name <name@example.org>, or leave it empty. It is in your user settings.',
    ]);
  },
);

test("a bad endpoint is left out by number, and the good ones stay", () => {
  const good = { name: "A", baseUrl: "http://127.0.0.1:1/v1", model: "m" };
  const { values, problems } = read({
    endpoints: [{ name: "B", baseUrl: "x" }, good, { ...good, model: "other" }, "text"],
  });
  expect(values.endpoints).toEqual([good]);
  expect(problems).toHaveLength(3);
  expect(problems[0]).toBe("Endpoint 1 in hearth.endpoints is left out (it has no model).");
  expect(problems[1]).toBe('Endpoint 3 in hearth.endpoints is left out (the name "A" is already taken).');
  expect(problems[2]).toMatch(/^Endpoint 4 .*it is not in braces/);
  expect(read({ endpoints: [{ ...good, contextWindow: "32k" }] }).problems).toEqual([
    "Endpoint 1 in hearth.endpoints is left out (its contextWindow is not understood).",
  ]);
  expect(read({ endpoints: {} }).problems).toHaveLength(1);
});
