import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Frame, Page } from "playwright-core";
import { calls, type ModelServer, type RecordedRequest, says, startModelServer } from "../test/support/model-server";
import { VsCodeWindow } from "../test/support/vscode";
import { measureReview } from "./edits-review";
import { median } from "./sample-run";

const runs = 3;
const counts = [1, 20, 300] as const;
const lineCount = 40;

/** Files of a task, by how many it has; each has two lines that change. */
const pathsOf = (count: number) => Array.from({ length: count }, (_, index) => `m${count}-${index}.txt`);
const wordOf = (round: number) => `round${round}`;
const textOf = (round: number) =>
  Array.from({ length: lineCount }, (_, index) =>
    index === 3 || index === 30 ? `${wordOf(round)} line ${index}\n` : `line ${index}\n`,
  ).join("");

function patchOf(count: number, round: number): string {
  const hunk = (at: number) =>
    `@@ -${at + 1},1 +${at + 1},1 @@\n-${wordOf(round - 1)} line ${at}\n+${wordOf(round)} line ${at}\n`;
  return pathsOf(count)
    .map((path) => `--- ${path}\n+++ ${path}\n${hunk(3)}${hunk(30)}`)
    .join("");
}

/** The request says how many files and which round: "Change 20 files, 3". */
function respond(request: RecordedRequest) {
  const { messages } = request.body as { messages: { role: string; content: string }[] };
  const [, count, round] = /Change (\d+) files, (\d+)/.exec(messages.at(-1)?.content ?? "") ?? [];
  return count === undefined ? says("Done.") : calls("edit_file", { patch: patchOf(Number(count), Number(round)) });
}

interface Times {
  proposalToDiffMs: number;
  acceptToSavedMs: number;
}

/**
 * A review in a real VS Code against a scripted server: from the end of the model's answer to the diff of the first file in
 * the page, and from the click on Accept to the last file with its new bytes on the disk; the median of three. The heap is
 * what a review of 500 hunks holds beyond its two texts.
 */
export async function measureReviews() {
  const folder = await mkdtemp(join(tmpdir(), "hearth-bench-review-"));
  const server = await startModelServer({ respond });
  try {
    for (const path of counts.flatMap(pathsOf)) {
      await writeFile(join(folder, path), textOf(0));
    }
    const endpoint = { name: "Bench", baseUrl: server.baseUrl, model: "test-model" };
    const window = await VsCodeWindow.open({ folder, settings: { "hearth.endpoints": [endpoint] } });
    try {
      return {
        ...(await measureIn(window, server)),
        heapKiBOf500Hunks: Math.round(heapOfReviewKiB()),
      };
    } finally {
      await window.close();
    }
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the first review leaves compiled and cached is not counted. */
function heapOfReviewKiB(): number {
  const [, ...heaps] = Array.from({ length: 4 }, () => measureReview(500, 20_000).heapKiB);
  return median(heaps);
}

async function measureIn(window: VsCodeWindow, server: ModelServer) {
  const panel = await window.openPanel();
  await reviewOnce(window, panel, server, 1, 1); // what the editor loads for its first diff is not counted
  const figures = new Map<number, Times[]>();
  for (const count of counts) {
    const first = count === 1 ? 2 : 1;
    const times: Times[] = [];
    for (let round = first; round < first + runs; round++) {
      times.push(await reviewOnce(window, panel, server, count, round));
    }
    figures.set(count, times);
  }
  const medianOf = (name: keyof Times) =>
    Object.fromEntries(
      [...figures].map(([count, times]) => [`files${count}`, Math.round(median(times.map((each) => each[name])))]),
    );
  return { proposalToDiffMs: medianOf("proposalToDiffMs"), acceptToSavedMs: medianOf("acceptToSavedMs"), runs };
}

async function reviewOnce(
  window: VsCodeWindow,
  panel: Frame,
  server: ModelServer,
  count: number,
  round: number,
): Promise<Times> {
  await window.runCommand("Hearth: New Task");
  await panel.getByRole("textbox", { name: /request|message/i }).fill(`Change ${count} files, ${round}`);
  const seen = untilShown(window.page, wordOf(round));
  await panel.getByRole("button", { name: "Send", exact: true }).click();
  const shownAt = await seen;
  const answeredAt = server.chats.at(-1)?.answeredAt ?? Number.NaN;
  const accept = panel.getByRole("button", { name: /^Accept( all)?$/i, disabled: false }).first();
  await accept.waitFor({ timeout: 60_000 });
  await window.page.waitForTimeout(1_500); // a button that has just appeared does not count yet
  const clickedAt = clickTime(panel);
  await accept.click();
  const savedAt = await untilSaved(window.folder, count, textOf(round));
  const acceptToSavedMs = savedAt - (await clickedAt);
  await panel.getByText("Done.").last().waitFor({ timeout: 60_000 });
  return { proposalToDiffMs: shownAt - answeredAt, acceptToSavedMs };
}

/** When a line with this word, marked as changed, stands in an editor of the page. */
async function untilShown(page: Page, word: string): Promise<number> {
  const script = `new Promise((resolve) => {
    const look = () => {
      const lines = [...document.querySelectorAll(".monaco-editor .view-line")];
      const isThere = lines.some((line) => line.textContent.replaceAll("\u00a0", " ").includes("${word} line 3"));
      const isMarked = document.querySelector(".monaco-editor .line-insert, .monaco-editor .char-insert") !== null;
      isThere && isMarked ? resolve(Date.now()) : requestAnimationFrame(look);
    };
    look();
  })`;
  return (await page.evaluate(script)) as number;
}

async function clickTime(panel: Frame): Promise<number> {
  const script = `new Promise((resolve) => {
    addEventListener("click", () => resolve(Date.now()), { capture: true, once: true });
  })`;
  return (await panel.evaluate(script)) as number;
}

async function untilSaved(folder: string, count: number, text: string): Promise<number> {
  const deadline = Date.now() + 60_000;
  for (const path of pathsOf(count)) {
    while ((await readFile(join(folder, path), "utf8")) !== text) {
      if (Date.now() > deadline) {
        throw new Error(`${path} was not written within a minute`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  return Date.now();
}
