import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type CatalogueView,
  type CheckUpView,
  type EscalationView,
  FromPage,
  type LedgerLine,
  type LedgerView,
  ToPage,
} from "../../src/protocol/pages";
import { findSerious, unfoldAll } from "./page-checks";
import { type PanelPage, PanelPages, type ThemeName } from "./panel-page";

const gib = 2 ** 30;

const cloud = {
  name: "Cloud",
  model: "big-model",
  baseUrl: "http://203.0.113.2:80/v1",
  locality: "internet" as const,
  practice: false,
};
const long = `${"a-very-long-name-without-a-place-to-break".repeat(6)}.ts`;

const escalation: EscalationView = {
  nonce: "n1",
  taskTitle: "Fix the failing test",
  endpoint: cloud,
  host: "api.example.com",
  forwardedTo: "elsewhere.example",
  parts: [
    part(-1, "hearth", "How Hearth works, said to every model", "You are Hearth."),
    part(0, "user", "Fix the failing test", "Fix the failing test with [[secret 1: password]]", [{ from: 26, to: 48 }]),
    { ...part(1, "model", "Read a.ts", "a.ts"), files: [{ path: long, bytes: 1_200 }] },
    {
      ...part(2, "tool", `Result of: Read ${long}`, `${"x".repeat(400)}\u202e hidden`),
      files: [{ path: ".env", bytes: 20 }],
      heldBack: ".env is a file for secrets.",
      included: false,
    },
  ],
  redactions: [{ number: 1, name: "password", count: 2 }],
  request: {
    line: "POST /v1/chat/completions",
    headers: [["authorization", "Bearer (your key for Cloud)"]],
    body: JSON.stringify({ model: "big-model", messages: ["x".repeat(2_000)] }),
    bytes: 12_345,
    tokens: 3_400,
    sha256: "0".repeat(64),
  },
  note: "",
  maxRequests: 25,
  maxBytes: 1_000_000,
  hasKey: false,
  asksToRead: true,
  obstacle: "The server did not answer.",
};

function part(
  index: number,
  from: EscalationView["parts"][number]["from"],
  title: string,
  text: string,
  marks: { from: number; to: number }[] = [],
): EscalationView["parts"][number] {
  const texts = [{ label: from === "model" ? "in a call" : "", text, marks }];
  return { index, from, title, texts, files: [], bytes: text.length, redactions: marks.length, included: true };
}

function line(id: string, more: Partial<LedgerLine> = {}): LedgerLine {
  const at = Date.now() - 1_000;
  const here = { host: "127.0.0.1", address: "127.0.0.1", where: "machine" as const, method: "POST" };
  const counts = { status: 200, bytesOut: 4_000, bytesIn: 900, durationMs: 1_200 };
  return { id, at, purpose: "chat", path: "/v1/chat/completions", ...here, ...counts, ...more };
}

const some = { requests: 3, bytesOut: 12_000, bytesIn: 1_000 };
const traffic = { machine: some, network: some, internet: some };
const farAway = `${"sub.".repeat(30)}example.com`;
const ledger: LedgerView = {
  sentence: "Today 12.0 kB in 3 requests left for the internet (example.com).",
  today: traffic,
  week: traffic,
  weekly:
    "In the last seven days 2 tasks worked on this machine alone, 1 task went out, and 12.0 kB left this machine.",
  days: 7,
  lines: [
    line("1", { purpose: "look for models" }),
    line("2", { purpose: "look for models" }),
    line("3", { task: "Fix the failing test", model: "qwen3-coder:30b" }),
    line("4", {
      task: long,
      model: "big",
      where: "internet",
      host: farAway,
      grant: "g1",
      bodyBytes: 4_000,
      shownBytes: 3_000,
    }),
    line("5", {
      where: "network",
      host: "nas.lan",
      refused: "nas.lan is another machine on your network.",
      bytesOut: 0,
    }),
    line("6", { forwardedTo: "ollama.com" }),
  ],
  more: 0,
  trouble: "The record cannot be written. Make room.",
};

const report: CheckUpView = {
  model: "qwen3-coder:30b",
  endpoint: "Ollama",
  state: "done",
  at: Date.now(),
  durationMs: 90_000,
  summary: "Good for agent work.",
  lines: [
    { title: "Answers", state: "passed", detail: "In 0.1 s.", durationMs: 100 },
    { title: "Edits", state: "failed", detail: long, durationMs: 100 },
    { title: "Speed", state: "not_measured", detail: "There was no time." },
  ],
  measures: [{ name: "Writes", value: "8.3 tokens a second" }],
  trust: [
    { level: "can", text: "Reading files." },
    { level: "with_care", text: "Changing files." },
    { level: "cannot", text: "Reporting what it did." },
  ],
  consequences: ["Short files are rewritten whole."],
  remark: "It is no benchmark.",
};

const sourced = { source: "A model card (2026-11-20)", evidence: "read in the source" };
const catalogue: CatalogueView = {
  machine: ["GeForce RTX: 24.0 GiB, 22.0 GiB free", "RAM: 32.0 GiB, 20.0 GiB free"],
  machineNotes: ["Other programs use some of it."],
  setup: [{ text: "Install a server." }, { text: "Fetch a model.", copy: `ollama pull ${long}` }],
  entries: (["best", "usable", "poor", "no"] as const).map((suitability) => ({
    id: suitability,
    name: `Model ${suitability}`,
    maker: "Somebody",
    suitability,
    reason: "Runs fully on the graphics processor.",
    ...(suitability === "usable" ? { here: `${long} (Ollama)` } : {}),
    bars: [
      {
        memory: "graphics",
        totalBytes: 24 * gib,
        parts: (["used", "weights", "kv", "overhead", "free", "kept", "missing"] as const).map((kind) => ({
          kind,
          bytes: 3 * gib,
        })),
      },
    ],
    pull: "ollama pull model:30b",
    contextTokens: 32_768,
    facts: [{ name: "Parameters", value: "30 billion, 3 billion active" }],
    sourced: [{ name: "Licence", text: "Apache 2.0. Open source: nothing.", ...sourced }],
    scores: [{ text: "SWE-bench Verified: 34 %, run by its maker.", by: "vendor", ...sourced }],
    notes: ["Its thoughts are long."],
  })),
  asOf: "2026-11-20",
};

const scenes: Record<string, ToPage> = {
  escalation: { type: "escalation_shown", view: escalation },
  ledger: { type: "ledger_shown", view: ledger },
  "an empty ledger": { type: "ledger_shown", view: { ...ledger, lines: [], more: 12 } },
  "a check-up under way": {
    type: "check_up_shown",
    view: {
      ...report,
      state: "running",
      lines: [{ title: "Edits", state: "running", detail: "" }],
      trust: [],
      measures: [],
      consequences: [],
      remark: "",
    },
  },
  "a report": { type: "check_up_shown", view: report },
  catalogue: { type: "catalogue_shown", view: catalogue },
};

let pages: PanelPages;

beforeAll(async () => {
  pages = await PanelPages.start("pages");
});
afterAll(() => pages.close());

async function openScene(name: string, look: Parameters<PanelPages["open"]>[0] = {}): Promise<PanelPage> {
  const page = await pages.open({ width: 900, height: 900, ...look });
  await page.page.evaluate(() => {
    document.documentElement.style.backgroundColor = "var(--vscode-editor-background)";
  });
  await page.tellRaw(ToPage.parse(scenes[name]));
  return page;
}

for (const theme of ["dark", "light", "hc-black", "hc-light"] satisfies ThemeName[]) {
  test(`axe finds nothing serious on any page, ${theme}`, async () => {
    const shown = await Promise.all(
      Object.keys(scenes).map(async (name) => {
        const page = await openScene(name, { theme });
        await page.page.evaluate(unfoldAll);
        return { name, page };
      }),
    );
    await delay(1_000); // until the button counts
    for (const { name, page } of shown) {
      expect(await findSerious(page), `${name} in ${theme}`).toEqual([]);
      expect(page.problems, name).toEqual([]);
      expect(page.foreignRequests(), name).toEqual([]);
      await page.close();
    }
  });
}

test("at 350 pixels nothing but the table of requests needs to be scrolled sideways", async () => {
  for (const name of Object.keys(scenes)) {
    const page = await openScene(name, { width: 350 });
    await page.page.evaluate(unfoldAll);
    await page.settle();
    expect(await page.page.evaluate(findWide), name).toEqual([]);
    await page.close();
  }
});

test("S-C5 the button that sends counts only after it has stood still, for what is shown, and by a person's press", async () => {
  const page = await openScene("escalation");
  const send = page.page.getByRole("button", { name: /^Send .* to api\.example\.com/ });
  await page.page.evaluate(() => {
    for (let press = 0; press < 200; press++) {
      document.querySelector<HTMLElement>(".answer .primary")?.click();
    }
  });
  await send.click({ force: true });
  expect(await approvals(page)).toEqual([]);

  await page.page.locator('.answer .primary[aria-disabled="false"]').waitFor();
  await page.page.evaluate(() => document.querySelector<HTMLElement>(".answer .primary")?.click());
  expect(await approvals(page)).toEqual([]);

  await page.tellRaw({ type: "escalation_shown", view: { ...escalation, nonce: "n2", note: "changed" } });
  await send.click({ force: true });
  expect(await approvals(page)).toEqual([]);
  await page.page.locator('.answer .primary[aria-disabled="false"]').waitFor();
  await send.click();
  expect(await approvals(page)).toEqual(["n2"]);
  await page.close();
});

test("a preview that is being worked out anew cannot be approved", async () => {
  const page = await openScene("escalation");
  await page.tellRaw({ type: "escalation_shown", view: { ...escalation, nonce: "" } });
  await page.page.waitForTimeout(900);
  await page.page.getByRole("button", { name: /^Send .* to api/ }).click({ force: true });
  expect(await approvals(page)).toEqual([]);
  await page.close();
});

test("S-C2 hidden characters of what is sent appear by their names", async () => {
  const page = await openScene("escalation");
  await page.page.evaluate(unfoldAll);
  const text = await page.page.locator("#hearth-root").innerText();
  expect(text).toContain("⟨U+202E⟩");
  expect(text).not.toContain("\u202e");
  await page.close();
});

test("every part can be looked at and left out with the keyboard alone", async () => {
  const page = await openScene("escalation");
  const tick = page.page.getByRole("checkbox", { name: "Send: Fix the failing test" });
  await tick.focus();
  await page.page.keyboard.press("Space");
  await page.page.keyboard.press("Tab");
  await page.page.keyboard.press("Enter");
  expect(await page.page.locator("mark").first().innerText()).toBe("[[secret 1: password]]");
  expect(await sent(page)).toContainEqual({ type: "part_set", index: 0, included: false });
  expect(await page.page.getByRole("checkbox", { name: /always sent/ }).isDisabled()).toBe(true);
  await page.close();
});

async function sent(page: PanelPage): Promise<FromPage[]> {
  const messages = await page.page.evaluate(() => (Reflect.get(window, "sentMessages") as () => unknown[])());
  return messages.map((message) => FromPage.parse(message));
}

async function approvals(page: PanelPage): Promise<string[]> {
  return (await sent(page)).flatMap((message) => (message.type === "escalation_approved" ? [message.nonce] : []));
}

/** Runs in the page: elements that are wider than the page, but for the table in its own frame. */
function findWide(): string[] {
  const root = document.documentElement;
  const wide = [...document.querySelectorAll("#hearth-root *")].filter((element) => {
    const isFramed = element.closest(".ledger-scroller, .unseen") !== null;
    return !isFramed && element.getBoundingClientRect().right > root.clientWidth + 0.5;
  });
  return wide.map((element) => element.outerHTML.slice(0, 160));
}
