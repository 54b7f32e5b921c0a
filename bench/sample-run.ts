import type { Frame } from "playwright-core";
import { calls, type ModelServer, says, startModelServer } from "../test/support/model-server";
import { VsCodeWindow } from "../test/support/vscode";
import { leastShared } from "./stable-prefix";

const edit = {
  path: "src/basket.js",
  edits: [{ old_text: "  return amount - voucher;\n", new_text: "  return Math.max(0, amount - voucher);\n" }],
};
const plan = { steps: [{ title: "Keep it at zero", files: ["src/basket.js"], check: "node --test" }] };
const files = ["src/basket.js", "src/shipping.js", "test/basket.test.js", "test/shipping.test.js", "package.json"];

/** Until a window that was just opened has come to rest. */
const restMs = 5_000;

/** Turns that only read, so that nothing but Hearth stands between a reply and the next request. */
const reading = [1, 2, 3, 4, 5, 6].flatMap((from) => files.map((path) => ({ path, from })));

/** Requests up to here were made before the user approved the plan, and before the window was reloaded. */
const planTurns = reading.length + 1;

const script = [
  ...reading.map((lines) => calls("read_file", lines)),
  calls("propose_plan", plan),
  calls("edit_file", edit),
  calls("run_command", { command: "node --test" }),
  says("Done."),
];

/** The sample task in a real VS Code against a scripted server: plan, approval, reload, edit, command, end. */
export async function measureSampleRun() {
  const server = await startModelServer({ script });
  const endpoint = { name: "Bench", baseUrl: server.baseUrl, model: "test-model" };
  const window = await VsCodeWindow.open({ settings: { "hearth.endpoints": [endpoint] } });
  try {
    await driveSample(window, server);
    return figuresOf(server);
  } finally {
    await window.close();
    await server.close();
  }
}

async function driveSample(window: VsCodeWindow, server: ModelServer): Promise<void> {
  const panel = await window.openPanel();
  await window.page.waitForTimeout(restMs);
  await panel.getByRole("radio", { name: /plan/i }).click();
  await panel.getByRole("textbox", { name: /request|message/i }).fill("Fix the failing test");
  await press(panel, "Send");
  await press(panel, "Approve");
  await button(panel, "Accept").waitFor({ timeout: 60_000 });
  await window.reload();
  const again = await window.hearthFrame();
  await press(again, "Accept");
  await press(again, "Run");
  await until(() => server.chats.length === script.length && server.chats.at(-1)?.answeredAt !== undefined);
}

function figuresOf(server: ModelServer) {
  const bodies = server.chats.map(({ body }) => body);
  const gaps = server.chats
    .slice(1, reading.length)
    .map(({ at }, index) => at - (server.chats[index]?.answeredAt ?? Number.NaN));
  return {
    prefix: {
      stability: leastShared(bodies),
      planToAct: leastShared(bodies.slice(planTurns - 1, planTurns + 1)),
      resume: leastShared(bodies.slice(planTurns, planTurns + 2)),
    },
    requests: {
      perTask: server.chats.length,
      extra: server.chats.length - script.length,
      /** What the server is and which models it has: asked when the window opens and before a task's first turn. */
      lookups: server.requests.length - server.chats.length,
    },
    overhead: { medianMs: Math.round(median(gaps) * 10) / 10 },
  };
}

const button = (panel: Frame, name: string) => panel.getByRole("button", { name, exact: true });

async function press(panel: Frame, name: string): Promise<void> {
  await button(panel, name).click({ timeout: 60_000 });
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!holds()) {
    if (Date.now() > deadline) {
      throw new Error("the sample task did not come to its end within a minute");
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = sorted.length % 2 === 0 ? [sorted[middle - 1], sorted[middle]] : [sorted[middle], sorted[middle]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}
