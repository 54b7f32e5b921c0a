import type { Plan } from "../../src/core/plan/plan";
import type { ToPanel } from "../../src/protocol/panel";
import { fileChange, finished, homeModel, surroundings, TaskScript } from "./panel-page-events";

const reply = `The rounding happens twice: once in \`priceOf\` and once in \`total\`.

## What I found

1. \`src/cart.ts\` rounds each line.
2. \`src/total.ts\` rounds the sum **again**, so \`0.005\` is lost.
   - see [the notes](https://example.com/docs)

| file | rounds | times |
|:-----|:------:|------:|
| src/cart.ts | yes | 1 |
| src/a/rather/long/path/to/a/file/total.ts | yes | 2 |

> Round once, at the end.

\`\`\`ts
export function total(lines: readonly Line[]): number {
  return round(lines.reduce((sum, line) => sum + line.price * line.count, 0));
}
\`\`\`

averylongwordwithoutanyplacetobreakitbecausesomemodelswritelikethatsometimesandthepanelisnarrow
`;

const edit = [
  fileChange("src/shop/total.ts", [
    {
      start: 8,
      lines: [
        " export function total(lines: readonly Line[]): number {",
        "-  return lines.reduce((sum, line) => sum + round(line.price * line.count), 0);",
        "+  return round(lines.reduce((sum, line) => sum + line.price * line.count, 0));",
        " }",
      ],
    },
    {
      start: 21,
      lines: [" x", "-  return Math.floor(value * 100) / 100;", "+  return Math.round(value * 100) / 100;", " }"],
    },
  ]),
];

const plan: Plan = {
  steps: [
    { id: "a", title: "Find where prices are rounded", files: ["src/shop/cart.ts"], check: "", done: true },
    { id: "b", title: "Round once, in total()", files: ["src/shop/total.ts"], check: "npm test", done: false },
    { id: "c", title: "Add a test for three items", files: ["test/total.test.ts"], check: "npm test", done: false },
  ],
};

const trouble = {
  code: "connection_lost",
  message: "Ollama closed the connection in the middle of the reply.",
  remedy: "Check that it still runs, then press Retry.",
};

function work(): TaskScript {
  const script = new TaskScript();
  script.start("The total of three items is one cent too low. Find out why and fix it.", "Fix the cart total");
  script.turn(1);
  script.reply(1, "", { reasoning: "The user says the total is one cent too low. I should look at the cart first." });
  script.read("r1", "src/shop/cart.ts");
  script.read("r2", "src/shop/total.ts");
  script.turn(2);
  script.reply(2, reply);
  script.askCommand("c0", "npm test", { script: "node --test" });
  script.add(
    { type: "action_answered", actionId: "c0", allow: true, hash: "h", remark: "only this once" },
    { type: "action_started", actionId: "c0" },
    {
      type: "action_output",
      actionId: "c0",
      text: "ok adds prices\nnot ok rounds once\n  AssertionError: 1 !== 1.01\n",
    },
    finished("c0", "…", { exitCode: 1, outcome: "failed", durationMs: 1_830 }),
  );
  return script;
}

function asking(script: TaskScript, actionId: string): ToPanel[] {
  return [surroundings, script.restored(), { type: "approval_opened", actionId, nonce: "n" }];
}

/** The panel in each state worth looking at, as the messages that bring it there. */
export const scenes: Record<string, () => ToPanel[]> = {
  empty: () => [surroundings],
  "no model": () => [
    {
      ...surroundings,
      endpoint: null,
      trusted: false,
      trouble: {
        code: "no_model",
        message: "No model server was found on this machine.",
        remedy: "Start Ollama or LM Studio.",
      },
    },
  ],
  conversation: () => [surroundings, work().restored()],
  edit: () => {
    const script = work();
    script.askEdit("e1", edit);
    return asking(script, "e1");
  },
  command: () => {
    const script = work();
    script.askCommand("c1", "cd packages/shop && npm run build -- --mode production | tee out.log", {
      cwd: "shop",
      script: "tsc -p .",
    });
    return asking(script, "c1");
  },
  plan: () => {
    const script = new TaskScript();
    script.start("Fix the cart total");
    script.propose("p1", "propose_plan", "Propose a plan", { kind: "plan", plan });
    script.add({ type: "plan_proposed", actionId: "p1", plan });
    script.judge("p1", "ask", "plan-is-yours", "A plan is carried out only after you approve it.");
    return asking(script, "p1");
  },
  question: () => {
    const script = work();
    const options = ["Half up, as the shop does now", "Half even"];
    script.propose("q1", "ask_user", "Ask you a question", {
      kind: "question",
      question: "Half up or half even?",
      options,
    });
    script.judge("q1", "ask", "question", "The model asks you something.");
    return asking(script, "q1");
  },
  running: () => {
    const script = work();
    script.add({ type: "plan_approved", actionId: "p1", plan });
    for (const name of ["a", "b", "c", "d"]) {
      script.read(`r-${name}`, `src/${name}.ts`);
    }
    script.askCommand("c2", "npm test");
    script.add(
      { type: "action_answered", actionId: "c2", allow: true, hash: "h" },
      { type: "action_started", actionId: "c2" },
      { type: "action_output", actionId: "c2", text: Array.from({ length: 40 }, (_, line) => `ok ${line}\n`).join("") },
    );
    return [{ ...surroundings, attachments: [{ label: "total.ts:8-24", text: "x" }] }, script.restored()];
  },
  failed: () => {
    const script = work();
    script.add(
      { type: "verify_started", round: 1, rounds: 5, test: "total › rounds once", command: "node --test" },
      { type: "verdict_given", round: 1, outcome: "failed", text: "expected 1.01", durationMs: 812 },
    );
    script.turn(3);
    script.reply(3, "I started to wri", { stop: "error", trouble });
    script.add({ type: "finished", reason: "model_failed", text: "", trouble });
    const { contextWindow: _, ...unknown } = homeModel;
    const away = { ...unknown, locality: "internet" as const, model: "openai/gpt-oss-120b-with-a-very-long-name" };
    return [
      { ...surroundings, endpoint: away, approvals: "trust-this-task" },
      script.restored(),
      { type: "request_failed", trouble },
    ];
  },
  smallWindow: () => {
    const script = work();
    const small = { ...homeModel, contextWindow: 4_096 };
    script.add({
      type: "context_compacted",
      why: "window",
      shortened: [
        { callId: "r1", text: "x" },
        { callId: "r2", text: "x" },
      ],
      limit: 2_990,
      tokensBefore: 3_120,
      tokensAfter: 1_840,
    });
    script.turn(3);
    script.reply(3, "The total is rounded twice.", {
      trouble: {
        code: "prompt_cut",
        message: "Ollama dropped a part of the conversation without saying so: it read 2,048 of about 3,500 tokens.",
        remedy:
          "The model no longer knows the beginning of this task. Load it with a larger context, or start a new task.",
      },
    });
    script.turn(4);
    const advice = {
      message:
        "Ollama gives qwen3-coder:30b 4,096 tokens of context. That is too few to work with: a task needs at least 16,384, better 32,768.",
      action: "Give it 65,536 tokens",
      option: null,
      busy: false,
    };
    return [
      { ...surroundings, endpoint: small, advice },
      script.restored(),
      { type: "model_status", taskId: "task-1", text: "Reading your prompt: 43 %, about 12 s left" },
    ];
  },
  loadingModel: () => {
    const script = new TaskScript();
    script.start("Fix the cart total");
    const message =
      "llama.cpp gives small.gguf 8,192 tokens of context. That is too few to work with: a task needs at least 16,384, better 32,768.";
    const advice = { message, action: "Copy the option", option: "llama-server -c 65536 -np 1", busy: true };
    return [
      { ...surroundings, advice },
      script.restored(),
      { type: "model_status", taskId: "task-1", text: "Loading the model… 4 s so far" },
    ];
  },
  history: () => [
    surroundings,
    {
      type: "tasks_listed",
      tasks: [
        { id: "1", title: "Fix the cart total", at: Date.now() - 180_000, state: "waiting" },
        {
          id: "2",
          title: "Explain how prices are rounded in the shop and why",
          at: Date.now() - 18_000_000,
          state: "done",
        },
        { id: "3", title: "Add a discount", at: Date.now() - 180_000_000, state: "failed" },
      ],
    },
  ],
};
