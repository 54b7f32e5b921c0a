import { appendFile, chmod, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Ledger, type LedgerEntry } from "./ledger";

let folder: string;
const noon = new Date(2026, 10, 20, 12).getTime();
const dayMs = 24 * 3600 * 1000;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-ledger-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

let ids = 0;
function entry(more: Partial<LedgerEntry> = {}): LedgerEntry {
  ids += 1;
  return {
    id: `e${ids}`,
    at: noon,
    purpose: "chat",
    host: "127.0.0.1",
    address: "127.0.0.1",
    where: "machine",
    method: "POST",
    path: "/v1/chat/completions",
    status: 200,
    bytesOut: 100,
    bytesIn: 50,
    durationMs: 5,
    ...more,
  };
}

test("what was appended is read by another window too, also later lines", async () => {
  const mine = new Ledger(folder, () => noon);
  const theirs = new Ledger(folder, () => noon);
  await mine.append(entry({ purpose: "one" }));
  expect((await theirs.read(1)).map((one) => one.purpose)).toEqual(["one"]);

  await mine.append(entry({ purpose: "two – ü" }));

  expect((await theirs.read(1)).map((one) => one.purpose)).toEqual(["one", "two – ü"]);
});

test("a folder that was removed, or opened to others, is the user's alone again", async () => {
  const kept = join(folder, "record");
  const ledger = new Ledger(kept, () => noon);
  await ledger.append(entry());
  await rm(kept, { recursive: true });
  await ledger.append(entry({ purpose: "after" }));
  expect((await ledger.read(1)).map((one) => one.purpose)).toEqual(["after"]);
  await chmod(kept, 0o755);
  await new Ledger(kept, () => noon).append(entry());
  expect((await stat(kept)).mode & 0o777).toBe(0o700);
});

test("totals are those of today and of the last seven days", async () => {
  const ledger = new Ledger(folder, () => noon);
  await ledger.append(entry());
  await ledger.append(entry({ at: noon - 2 * dayMs, bytesOut: 7 }));
  await ledger.append(entry({ at: noon - 8 * dayMs, bytesOut: 1000 }));

  expect((await ledger.today()).machine).toEqual({ requests: 1, bytesOut: 100, bytesIn: 50 });
  expect((await ledger.thisWeek()).machine).toEqual({ requests: 2, bytesOut: 107, bytesIn: 100 });
});

test("the sentence is about what left, and nothing else", async () => {
  const ledger = new Ledger(folder, () => noon);
  await ledger.append(entry());
  await ledger.append(
    entry({ where: "internet", host: "api.example.com", status: null, bytesOut: 0, refused: "no grant" }),
  );
  expect(await ledger.sentence()).toBe("Nothing has left this machine today.");

  await ledger.append(entry({ where: "internet", host: "api.example.com", bytesOut: 1_234_567 }));
  await ledger.append(entry({ where: "network", host: "192.168.1.5", bytesOut: 999 }));

  expect(await ledger.sentence()).toBe(
    "Today 1.2 MB in 1 request left for the internet and 999 bytes in 1 request went to your network (api.example.com, 192.168.1.5).",
  );
});

test("S-N1 what a server here passed on has left", async () => {
  const ledger = new Ledger(folder, () => noon);
  await ledger.append(entry({ forwardedTo: "ollama.com", bytesOut: 2000 }));

  expect(await ledger.sentence()).toBe("Today 2.0 kB in 1 request left for the internet (ollama.com).");
});

test("what left yesterday is not said to have left today", async () => {
  const ledger = new Ledger(folder, () => noon);
  await ledger.append(entry({ at: noon - dayMs, where: "internet", host: "api.example.com" }));

  expect(await ledger.sentence()).toBe("Nothing has left this machine today.");
});

test("a later line with the same id takes the place of the earlier one", async () => {
  const ledger = new Ledger(folder, () => noon);
  await ledger.append(entry({ id: "same", status: null, bytesOut: 10 }));
  await ledger.append(entry({ id: "same", status: 200, bytesOut: 90 }));

  expect(await ledger.read(1)).toMatchObject([{ id: "same", status: 200, bytesOut: 90 }]);
});

test("a torn or foreign line hides no other", async () => {
  const ledger = new Ledger(folder, () => noon);
  await ledger.append(entry({ purpose: "one" }));
  const [file] = await readdir(folder);
  await appendFile(join(folder, file ?? ""), '{"id":"torn","at":\n\u0000\u0000\n[]\n');
  await ledger.append(entry({ purpose: "two" }));

  expect((await ledger.read(1)).map((one) => one.purpose)).toEqual(["one", "two"]);
});

test("entries that many append at once are all there", async () => {
  const ledgers = [new Ledger(folder, () => noon), new Ledger(folder, () => noon)];
  await Promise.all(Array.from({ length: 200 }, (_, index) => ledgers[index % 2]?.append(entry())));

  expect(await new Ledger(folder, () => noon).read(1)).toHaveLength(200);
});

test("R-28 a folder that cannot be written is told, and the entry still counts", async () => {
  await appendFile(join(folder, "file"), "");
  const ledger = new Ledger(join(folder, "file", "ledger"), () => noon);

  await expect(ledger.append(entry({ where: "internet", host: "api.example.com" }))).rejects.toThrow();

  expect((await ledger.today()).internet.requests).toBe(1);
  expect(ledger.trouble).toMatchObject({ code: "ledger_unwritable" });
});

test("the export is JSON lines of everything on record", async () => {
  const ledger = new Ledger(folder, () => noon);
  await ledger.append(entry({ at: noon - 30 * dayMs, purpose: "old" }));
  await ledger.append(entry({ purpose: "new" }));

  const lines = (await ledger.export()).trimEnd().split("\n");

  expect(lines.map((line) => JSON.parse(line).purpose)).toEqual(["old", "new"]);
});

test("an empty ledger exports nothing, also before its folder is there", async () => {
  expect(await new Ledger(join(folder, "none"), () => noon).export()).toBe("");
});

test("whoever listens hears of each entry", async () => {
  const ledger = new Ledger(folder, () => noon);
  const heard: string[] = [];
  const listening = ledger.onAppend((one) => heard.push(one.purpose));
  await ledger.append(entry({ purpose: "one" }));
  listening.dispose();
  await ledger.append(entry({ purpose: "two" }));

  expect(heard).toEqual(["one"]);
});

test("what another window appends is told, also when it is the first of the folder", async () => {
  const kept = join(folder, "record");
  const mine = new Ledger(kept, () => noon);
  const sentences: string[] = [];
  const following = mine.onChange(async () => sentences.push(await mine.sentence()));
  await expect.poll(() => readdir(folder)).toContain("record");

  await expect
    .poll(async () => {
      await new Ledger(kept, () => noon).append(entry({ where: "internet", host: "far.example" }));
      return sentences.at(-1);
    })
    .toContain("left for the internet (far.example)");

  following.dispose();
});

test("a new day is told when it begins, also to a computer that slept, and to nobody after the end", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    let now = new Date(2026, 10, 20, 23, 55).getTime();
    const ledger = new Ledger(folder, () => now);
    let told = 0;
    const following = ledger.onChange(() => {
      told += 1;
    });
    const pass = (ms: number) => {
      now += ms;
      vi.advanceTimersByTime(ms);
    };

    pass(5 * 60_000 - 1);
    expect(told).toBe(0);
    pass(1);
    expect(told).toBe(1);
    now += 23 * 3600 * 1000;
    vi.advanceTimersByTime(10 * 60_000);
    expect(told).toBe(2);

    following.dispose();
    vi.advanceTimersByTime(dayMs);
    expect(told).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});

test("a record that cannot be made is not followed, and its window goes on", async () => {
  const ledger = new Ledger("/dev/null/ledger", () => noon);
  let told = 0;
  const following = ledger.onChange(() => {
    told += 1;
  });

  await expect(ledger.append(entry())).rejects.toThrow();

  expect(told).toBe(1);
  following.dispose();
});
