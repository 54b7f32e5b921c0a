import { says, startModelServer } from "../test/support/model-server";
import { VsCodeWindow } from "../test/support/vscode";
import { median } from "./sample-run";

const runs = 5;

/** From the press of Stop in the page to the end of the connection, as the server sees it. */
export async function measureStop() {
  const words = Array.from({ length: 2_000 }, (_, index) => `word${index} `);
  const server = await startModelServer({ respond: () => says(words, { betweenMs: 20 }) });
  const endpoint = { name: "Bench", baseUrl: server.baseUrl, model: "test-model" };
  const window = await VsCodeWindow.open({ settings: { "hearth.endpoints": [endpoint] } });
  try {
    const panel = await window.openPanel();
    await panel.evaluate(`document.addEventListener("click", () => { globalThis.pressedAt = Date.now(); }, true)`);
    const timesMs: number[] = [];
    for (let run = 0; run < runs; run++) {
      await panel.getByRole("textbox", { name: /message/i }).fill("Talk to me");
      await panel.getByRole("button", { name: "Send", exact: true }).click({ timeout: 30_000 });
      await panel.getByText("word9").last().waitFor({ timeout: 30_000 });
      await panel.getByRole("button", { name: "Stop", exact: true }).click();
      await panel.getByRole("button", { name: "Send", exact: true }).waitFor({ timeout: 30_000 });
      const pressedAt = (await panel.evaluate("globalThis.pressedAt")) as number;
      timesMs.push((server.chats.at(-1)?.abandonedAt ?? Number.NaN) - pressedAt);
    }
    return { medianMs: median(timesMs), runs };
  } finally {
    await window.close();
    await server.close();
  }
}
