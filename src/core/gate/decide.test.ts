import { expect, test } from "vitest";
import type { Effect } from "../events";
import { decide, type Facts, type Policy } from "./decide";

const none: Facts = { outside: undefined, protectedPath: undefined, secret: undefined };
const usual: Policy = { approvals: "ask-for-changes", mode: "act", trusted: false };
const read: Effect = { kind: "read", paths: ["a.ts"] };
const edit: Effect = { kind: "edit", paths: ["a.ts"] };
const command: Effect = { kind: "command", command: "ls", cwd: "." };

const rows: [what: string, Effect, Partial<Policy>, Partial<Facts>, verdict: string, rule: string][] = [
  ["reading inside the workspace runs", read, {}, {}, "allow", "read-in-workspace"],
  ["reading inside the workspace runs in plan mode", read, { mode: "plan" }, {}, "allow", "read-in-workspace"],
  ["the strict preset asks for reads too", read, { approvals: "ask-everything" }, {}, "ask", "ask-everything"],
  ["reading outside the workspace asks", read, {}, { outside: "/etc/passwd" }, "ask", "outside-workspace"],
  ["reading what looks like secrets asks", read, {}, { secret: ".env" }, "ask", "secret-like-file"],
  ["an edit asks", edit, {}, {}, "ask", "edits-ask"],
  ["an edit in plan mode is refused", edit, { mode: "plan" }, {}, "refuse", "plan-mode"],
  [
    "a trusted task is not trusted before its first accepted edit",
    edit,
    { approvals: "trust-this-task" },
    {},
    "ask",
    "edits-ask",
  ],
  ["a trusted task edits", edit, { approvals: "trust-this-task", trusted: true }, {}, "allow", "trust-this-task"],
  [
    "invariant 5: a trusted task still asks for protected paths",
    edit,
    { approvals: "trust-this-task", trusted: true },
    { protectedPath: ".git/config" },
    "ask",
    "protected-path",
  ],
  [
    "a trusted task still asks outside the workspace",
    edit,
    { approvals: "trust-this-task", trusted: true },
    { outside: "/x" },
    "ask",
    "outside-workspace",
  ],
  [
    "plan mode refuses edits of a trusted task",
    edit,
    { approvals: "trust-this-task", trusted: true, mode: "plan" },
    {},
    "refuse",
    "plan-mode",
  ],
  ["a command asks", command, {}, {}, "ask", "commands-ask"],
  [
    "a command of a trusted task asks",
    command,
    { approvals: "trust-this-task", trusted: true },
    {},
    "ask",
    "commands-ask",
  ],
  ["a command in plan mode is refused", command, { mode: "plan" }, {}, "refuse", "plan-mode"],
  ["a plan asks", { kind: "plan" }, { mode: "plan" }, {}, "ask", "plan-is-yours"],
  ["a question asks", { kind: "question" }, {}, {}, "ask", "question"],
];

test.each(rows)("%s", (_, effect, policy, facts, verdict, rule) => {
  expect(decide(effect, { ...usual, ...policy }, { ...none, ...facts })).toMatchObject({ verdict, rule });
});
