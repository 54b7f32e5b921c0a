import { watch } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { descendants, listProcesses } from "../../dev/processes.mjs";
import { injections } from "../fixtures/machine/faults";
import { calls, type RecordedRequest, type ScriptedReply, says, startModelServer } from "../support/model-server";
import type { VsCodeWindow } from "../support/vscode";
import { soon } from "./review-scene";
import { UndoScene } from "./undo-scene";

const names = Array.from({ length: 20 }, (_, index) => `d${index % 3}/f${String(index).padStart(2, "0")}.txt`);
const text = (word: string, name: string) => `${word} ${name}\n${"filler line\n".repeat(20_000)}${word} end\n`;
const filesOf = (word: string) => Object.fromEntries(names.map((name) => [name, text(word, name)]));

const patchOf = (from: string, to: string) =>
  names
    .map((name) => {
      const hunk = (line: number, word: (side: string) => string) =>
        `@@ -${line},1 +${line},1 @@\n-${word(from)}\n+${word(to)}\n`;
      return `--- ${name}\n+++ ${name}\n${hunk(1, (side) => `${side} ${name}`)}${hunk(20_002, (side) => `${side} end`)}`;
    })
    .join("");

const reports: string[] = [];
afterAll(() => process.stdout.write(`${reports.join("\n")}\n`));

/** A window over twenty files that the model turns from old to new and back, by an edit or by a command. */
async function openScene(): Promise<UndoScene> {
  let folder = "";
  const respond = async (request: RecordedRequest): Promise<ScriptedReply> => {
    const { messages } = request.body as { messages: { role: string; content: string }[] };
    const last = messages.at(-1);
    if (last?.role !== "user") {
      return says("Done.");
    }
    const isOld = (await readFile(join(folder, names[0] as string), "utf8")).startsWith("old");
    const [from, to] = isOld ? ["old", "new"] : ["new", "old"];
    const slowly = `for f in d?/*.txt; do t=$(mktemp); sed 's/^${from} /${to} /' $f > $t; mv $t $f; sleep 0.05; done`;
    return last.content.includes("command")
      ? calls("run_command", { command: slowly })
      : calls("edit_file", { patch: patchOf(from as string, to as string) });
  };
  const server = await startModelServer({ respond });
  onTestFinished(() => server.close());
  const endpoint = { name: "Scripted", baseUrl: server.baseUrl, model: "test-model" };
  const scene = await UndoScene.open(filesOf("old"), [], { settings: { "hearth.endpoints": [endpoint] } });
  folder = scene.review.window.folder;
  return scene;
}

/** How many files are new; the others are old. Fails when one is neither. */
async function countNew(scene: UndoScene): Promise<number> {
  const tree = await scene.tree();
  expect(Object.keys(tree)).toEqual(names.toSorted());
  let count = 0;
  for (const name of names) {
    const whole = [text("old", name), text("new", name)].indexOf(tree[name] ?? "");
    expect(whole, `${name} is torn or mixed`).toBeGreaterThanOrEqual(0);
    count += whole;
  }
  return count;
}

/** What is ended: the extension host alone, or all of VS Code with whatever is writing files for the window. */
type Victim = "extension host" | "VS Code";

/** A window whose VS Code can be ended without a goodbye and started again. */
class CrashingWindow {
  constructor(readonly window: VsCodeWindow) {}

  /** Kills after so many changes below a folder and a moment more. */
  async killAfter(
    victim: Victim,
    { folder, changes, moreMs, orAtEnd }: Moment,
    act: () => Promise<void>,
  ): Promise<void> {
    const pids = this.pidsOf(victim);
    const seen = new Set<string>();
    let killed: Promise<void> | undefined;
    const watcher = watch(folder, { recursive: true }, (_, path) => {
      seen.add(String(path));
      if (seen.size >= changes && killed === undefined) {
        killed = kill(pids, moreMs);
      }
    });
    await act();
    if (orAtEnd) {
      for (const end = Date.now() + longestWaitMs; killed === undefined && Date.now() < end; ) {
        await delay(20);
      }
      killed ??= kill(pids, 0);
    }
    await expect.poll(() => killed !== undefined, soon).toBe(true);
    await killed;
    watcher.close();
  }

  async restart(victim: Victim): Promise<void> {
    if (victim === "VS Code") {
      await this.window.restart();
    }
    await this.window.reload();
  }

  private pidsOf(victim: Victim): number[] {
    const root = this.window.server.child.pid as number;
    const below = new Set(descendants(root));
    if (victim === "VS Code") {
      return [root, ...below];
    }
    const hosts = listProcesses().filter(
      ({ pid, command }) => below.has(pid) && command.includes("--type=extensionHost"),
    );
    return hosts.map(({ pid }) => pid);
  }
}

const longestWaitMs = 15_000;

interface Moment {
  folder: string;
  changes: number;
  moreMs: number;
  /** Contents that are kept already are not written again: where it may never come to so many changes, it is killed at the end. */
  orAtEnd?: true;
}

async function kill(pids: readonly number[], afterMs: number): Promise<void> {
  if (afterMs > 0) {
    await delay(afterMs);
  }
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe("ESRCH"); // it went with its parent
    }
  }
}

/** Checkpoints that are open on the disk. */
async function openCheckpoints(scene: UndoScene): Promise<string[]> {
  const found = await readdir(scene.review.window.dataDir, { recursive: true });
  return found.filter((path) => path.endsWith(".open.json"));
}

type Answer = "Put the Files Back" | "Finish It" | "Keep What It Did";

/** What was killed before it was begun is asked for again: it is refused. */
async function untilAtRest(scene: UndoScene): Promise<void> {
  const { review } = scene;
  const send = review.button("Send");
  await expect
    .poll(async () => (await send.count()) + (await scene.yes.count()), { timeout: 60_000 })
    .toBeGreaterThan(0);
  if ((await send.count()) === 0) {
    await review.press("Reject");
  }
  await send.waitFor({ timeout: 60_000 });
}

/** Gives the answer when there is a question; false when there is none, because no file is half way. */
async function answer(scene: UndoScene, words: Answer): Promise<boolean> {
  const { review } = scene;
  review.panel = await review.window.hearthFrame(undefined, 90_000);
  const dialog = review.page.getByRole("dialog");
  await expect
    .poll(async () => (await dialog.count()) > 0 || (await openCheckpoints(scene)).length === 0, { timeout: 60_000 })
    .toBe(true);
  const asked = (await dialog.count()) > 0;
  if (asked) {
    await dialog.getByRole("button", { name: words }).click();
  }
  await expect.poll(() => openCheckpoints(scene), soon).toEqual([]);
  await expect.poll(() => review.page.locator(".tab.dirty").count(), { timeout: 60_000 }).toBe(0);
  await untilAtRest(scene);
  return asked;
}

/** The folder below which checkpoints appear. */
async function undoFolder(scene: UndoScene): Promise<string> {
  const { dataDir } = scene.review.window;
  const found = await readdir(dataDir, { recursive: true });
  return join(dataDir, found.find((path) => /hearth\.hearth\/undo$/.test(path)) ?? "");
}

interface Tally {
  kills: number;
  /** Some files were changed at the kill, and some were not. */
  between: number;
  /** Files that were cut off in the middle of a write. */
  torn: number;
  asked: number;
}

/** Ends `victim` in the middle of `act`, starts it again, and answers. Gives how many files are new before and after. */
async function crashDuring(
  scene: UndoScene,
  crashing: CrashingWindow,
  { victim, moment, words, tally }: { victim: Victim; moment: Moment; words: Answer; tally: Tally },
  act: () => Promise<void>,
): Promise<{ before: number; after: number; asked: boolean }> {
  const before = await countNew(scene);
  await crashing.killAfter(victim, moment, act);
  const atKill = await scene.tree();
  const here = names.filter((name) => Object.hasOwn(atKill, name));
  const isNew = here.filter((name) => atKill[name] === text("new", name)).length;
  const isOld = here.filter((name) => atKill[name] === text("old", name)).length;
  await crashing.restart(victim);
  const asked = await answer(scene, words);
  const after = await countNew(scene);
  tally.kills += 1;
  tally.between += isNew < names.length && isOld < names.length ? 1 : 0;
  tally.torn += here.length - isNew - isOld;
  tally.asked += asked ? 1 : 0;
  return { before, after, asked };
}

/** The whole task, with all that was cut off in it. When it happens to have ended where it began, it turns the files once more. */
async function undoAll(scene: UndoScene): Promise<void> {
  const { review } = scene;
  if ((await countNew(scene)) === 0) {
    await review.send("Turn them, a last time");
    await scene.yes.first().click({ timeout: 60_000 });
    await expect.poll(() => countNew(scene), { timeout: 60_000 }).toBe(names.length);
    await review.button("Send").waitFor({ timeout: 60_000 });
  }
  await scene.undoTask();
  await scene.lines();
  await scene.accept();
  await expect.poll(() => scene.tree(), soon).toEqual(filesOf("old"));
}

const newTally = (): Tally => ({ kills: 0, between: 0, torn: 0, asked: 0 });

function report(ids: string, what: string, { kills, between, torn, asked }: Tally): void {
  reports.push(
    `${ids}: ${kills} kills during ${what}, ${between} between files, ${torn} files cut off, ${asked} asked; 0 torn or mixed after the answer`,
  );
}

test("R-4, R-5, R-6: killed in the middle of an edit of twenty files, they are all old or all new after the answer", async () => {
  const scene = await openScene();
  const { review } = scene;
  const crashing = new CrashingWindow(review.window);
  await scene.work("Turn them", "Done.");
  const checkpoints = await undoFolder(scene);
  const tally = newTally();
  for (let round = 0; round < injections(4, 40); round++) {
    const victim: Victim = round % 2 === 0 ? "VS Code" : "extension host";
    const moment =
      victim === "VS Code"
        ? { folder: review.window.folder, changes: 1 + ((round * 7) % 20), moreMs: 0 }
        : { folder: checkpoints, changes: 1 + (round % 5), moreMs: (round * 7) % 40, orAtEnd: true as const };
    const words = round % 4 < 2 ? "Put the Files Back" : "Finish It";
    await review.send(`Turn them, ${round}`);
    await scene.yes.first().waitFor({ timeout: 60_000 });
    const click = () => scene.yes.first().click();
    const { before, after, asked } = await crashDuring(scene, crashing, { victim, moment, words, tally }, click);
    expect([before, names.length - before]).toContain(after);
    if (asked) {
      expect(after).toBe(words === "Finish It" ? names.length - before : before);
    }
  }
  report("R-4, R-5, R-6", "an edit of 20 files", tally);
  await undoAll(scene);
}, 1_320_000);

test("R-7: killed in the middle of an undo of twenty files, it is finished or taken back, as the user says", async () => {
  const scene = await openScene();
  const { review } = scene;
  const crashing = new CrashingWindow(review.window);
  const tally = newTally();
  for (let round = 0; round < injections(3, 30); round++) {
    await review.window.runCommand("Hearth: New Task");
    await scene.work(`Turn them, ${round}`, "Done.");
    await scene.undoTask();
    await scene.lines();
    const victim: Victim = round % 3 === 2 ? "VS Code" : "extension host";
    const moment = { folder: review.window.folder, changes: 1 + ((round * 13) % 60), moreMs: 0 };
    const words = round % 2 === 0 ? "Finish It" : "Put the Files Back";
    const accept = () => scene.accept();
    const { before, after, asked } = await crashDuring(scene, crashing, { victim, moment, words, tally }, accept);
    expect([before, names.length - before]).toContain(after);
    if (asked) {
      expect(after).toBe(words === "Finish It" ? names.length - before : before);
    }
  }
  report("R-7", "an undo of 20 files", tally);
}, 1_320_000);

test("R-5: killed in the middle of a command, what it did is kept or put back, as the user says", async () => {
  const scene = await openScene();
  const { review } = scene;
  const crashing = new CrashingWindow(review.window);
  const tally = newTally();
  for (let round = 0; round < injections(2, 20); round++) {
    await review.send(`Turn them by a command, ${round}`);
    await scene.yes.first().waitFor({ timeout: 60_000 });
    const words = round % 2 === 0 ? "Keep What It Did" : "Put the Files Back";
    const moment = { folder: review.window.folder, changes: 5 + (round % 15), moreMs: 0 };
    const about = { victim: "extension host" as const, moment, words: words as Answer, tally };
    const { before, after, asked } = await crashDuring(scene, crashing, about, () => scene.yes.first().click());
    expect(asked).toBe(true);
    if (words === "Put the Files Back") {
      expect(after).toBe(before);
    } else {
      expect(after).not.toBe(before);
    }
  }
  report("R-5", "a command", tally);
  await undoAll(scene);
}, 1_320_000);
