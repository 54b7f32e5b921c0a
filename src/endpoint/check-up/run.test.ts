import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fails, type ModelServer, type ModelServerOptions, startModelServer } from "../../../test/support/model-server";
import { Gateway } from "../../net/gateway";
import { Ledger } from "../../net/ledger";
import { factsKey, MemoryLearned } from "../learned";
import { OpenAiModel } from "../model";
import { renderReport } from "./render-report";
import { CheckUpReport, checkUpKey, type ProbeId, type ProbeOutcome } from "./report";
import { type CheckUpFacts, type CheckUpProgress, runCheckUp } from "./run";
import { ScriptedStudent, type StudentHabits } from "./testing/scripted-student";

let folder: string;
let gateway: Gateway;
const servers: ModelServer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-check-up-"));
  gateway = new Gateway({ ledger: new Ledger(folder) });
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await rm(folder, { recursive: true });
});

interface Examined {
  report: CheckUpReport;
  progress: CheckUpProgress[];
  server: ModelServer;
  outcomes: Record<ProbeId, ProbeOutcome>;
  details: Record<ProbeId, string>;
}

const window = 16_384;

async function examine(
  habits: StudentHabits | ModelServerOptions["respond"],
  facts: CheckUpFacts = {},
  signal = new AbortController().signal,
  onProgress: (progress: CheckUpProgress) => void = () => undefined,
): Promise<Examined> {
  const learned = new MemoryLearned();
  const respond = typeof habits === "function" ? habits : new ScriptedStudent(habits).respond;
  const server = await startModelServer({ ...(respond === undefined ? {} : { respond }) });
  servers.push(server);
  const model = new OpenAiModel({
    endpoint: { name: "Test", model: "test-model", baseUrl: server.baseUrl, locality: "machine", practice: false },
    kind: "generic",
    gateway,
    keys: { get: async () => undefined },
    learned,
  });
  const progress: CheckUpProgress[] = [];
  const take = (one: CheckUpProgress) => {
    progress.push(one);
    onProgress(one);
  };
  const known = {
    contextWindow: window,
    seed: "1",
    ...facts,
    learned: () => learned.get(factsKey(server.baseUrl, "test-model")),
  };
  const report = await runCheckUp(model, known, take, signal);
  const by = <Value>(value: (probe: CheckUpReport["probes"][number]) => Value) =>
    Object.fromEntries(report.probes.map((probe) => [probe.id, value(probe)])) as Record<ProbeId, Value>;
  return { report, progress, server, outcomes: by(({ outcome }) => outcome), details: by(({ detail }) => detail) };
}

const trustIn = ({ trust }: CheckUpReport) => trust.map(({ level, text }) => `${level}: ${text}`);

test("a good model passes, is trusted with agent work, and changes nothing in how Hearth works", async () => {
  const { report, outcomes } = await examine({ reportsCache: true });

  expect(outcomes).toEqual({
    answers: "passed",
    streams: "passed",
    one_call: "passed",
    uses_result: "passed",
    edit: "passed",
    two_calls: "passed",
    no_invention: "passed",
    speed: "passed",
    memory: "passed",
    prefix_cache: "passed",
  });
  expect(report.ended).toBe("finished");
  expect(report.summary).toMatch(/^Good for agent work\. 10 of 10 passed, 0 failed, 0 not measured\./);
  expect(report.findings).toMatchObject({
    calls: "made",
    callsPerReply: "several",
    edits: "first_try",
    usesResults: true,
    inventsTools: false,
    remembers: true,
    prefixCache: "works",
  });
  expect(report.limits).toEqual({ agentMode: true, callsPerReply: "several", callsInText: false });
  expect(report.consequences).toEqual([]);
  expect(trustIn(report)).toEqual([
    "can: Reading files and answering from what they hold.",
    "can: Changing files: its edit was exact at the first try.",
    "can: Longer tasks: it keeps what was said at the beginning.",
  ]);
  expect(report.remark).toContain("no benchmark");
});

test("the report card is readable as a text, and what it quotes cannot change it", async () => {
  const { report } = await examine({ ignoresResults: true, edit: "rewrites" });
  const [first] = report.probes;
  const hostile = {
    ...report,
    probes: [{ ...report.probes[0], detail: "said “![x](http://e.vil) # <b>`”" }],
  } as CheckUpReport;

  expect(renderReport(report)).toContain("- ✗ **Edits a file with tricky indentation.** It wrote the whole file anew");
  expect(renderReport(report)).toContain("- It cannot be trusted with: answering from what a tool told it");
  expect(renderReport(report)).toContain(
    "## What Hearth does differently\n\n- Reading a file of up to 150 lines, it is told to write it whole",
  );
  expect(renderReport(report)).toContain(`**${first?.title}.**`);
  expect(renderReport(hostile)).toContain("said “\\!\\[x\\]\\(http://e.vil\\) \\# \\<b\\>\\`”");
});

test("a window too small for agent work is said to be, however well the model did", async () => {
  const { report, outcomes } = await examine({}, { contextWindow: 8_192 });

  expect(outcomes.memory).toBe("passed");
  expect(report.summary).toMatch(/^Good for short tasks\./);
  expect(trustIn(report)).toContain(
    "with_care: Agent mode will not work well with less than 16,384 tokens of context.",
  );
});

test("a report survives being stored", async () => {
  const { report } = await examine({});

  expect(CheckUpReport.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  expect(checkUpKey(report)).toBe(`${report.baseUrl} test-model`);
});

test("the window is filled to three quarters, with Hearth's own prompt and tools, one request at a time", async () => {
  const { server, details } = await examine({});
  const bodies = server.chats.map(
    ({ body }) => body as { messages: { role: string; content: string }[]; tools: unknown[] },
  );

  const longest = Math.max(
    ...bodies.map(({ messages, tools }) => JSON.stringify(messages).length + JSON.stringify(tools).length),
  );
  expect(longest / 4 / window).toBeGreaterThan(0.68);
  expect(longest / 4 / window).toBeLessThan(0.82);
  expect(details.memory).toMatch(/^It kept the fact over about [\d,]+ tokens, 7\d % of its window\.$/);
  expect(new Set(bodies.map(({ messages, tools }) => messages[0]?.content + JSON.stringify(tools))).size).toBe(1);
  expect(bodies[0]?.messages[0]?.content).toContain("You are Hearth");
  for (const [index, chat] of server.chats.entries()) {
    const before = server.chats[index - 1];
    expect(chat.at).toBeGreaterThanOrEqual(before?.answeredAt ?? 0);
  }
});

test("a model that writes its calls in no known form is for questions only", async () => {
  const { report, outcomes, details } = await examine({ writesCalls: "unknown" });

  expect(outcomes).toMatchObject({
    one_call: "failed",
    uses_result: "not_measured",
    two_calls: "not_measured",
    edit: "not_measured",
  });
  expect(details.one_call).toBe(
    "It wrote the call into its text, in a form that cannot be read: “I use read_file(path='src/greeting.txt') now.”",
  );
  expect(report.limits).toMatchObject({ agentMode: false, callsInText: false });
  expect(report.summary).toMatch(/^For questions only\./);
});

test("calls that a model writes as text and Hearth reads from there are as good as others, and it is said", async () => {
  const { report, outcomes, details } = await examine({ writesCalls: "known" });

  expect(outcomes).toMatchObject({ one_call: "passed", uses_result: "passed", edit: "passed" });
  expect(details.one_call).toMatch(/^It wrote the call into its text, from where it was read\./);
  expect(report.limits).toMatchObject({ agentMode: true, callsInText: true });
  expect(report.consequences).toContain("Tool calls are read from its text, where that is safe.");
});

test("a model that only talks about tools is for questions only", async () => {
  const { report, outcomes } = await examine({ onlyTalks: true });

  expect(outcomes.one_call).toBe("failed");
  expect(report.limits.agentMode).toBe(false);
  expect(report.summary).toMatch(/^For questions only\./);
  expect(trustIn(report)).toContain("cannot: Work with tools: it made no call when told to. It can answer questions.");
});

const refusal = JSON.stringify({ error: { message: "registry.ollama.ai/library/x does not support tools" } });

function refusingTools(student: ScriptedStudent): ModelServerOptions["respond"] {
  return (request) => {
    const { tools } = request.body as { tools?: unknown };
    return tools === undefined ? student.respond(request) : fails({ kind: "status", status: 400, body: refusal });
  };
}

test("without tools, a model that calls none in its text either is for questions only", async () => {
  const { report, outcomes, server } = await examine(refusingTools(new ScriptedStudent({ onlyTalks: true })));

  expect(outcomes).toMatchObject({
    answers: "passed",
    one_call: "failed",
    uses_result: "not_measured",
    memory: "passed",
  });
  expect(report.limits.agentMode).toBe(false);
  expect(report.summary).toMatch(/^For questions only\./);
  expect(server.chats.filter(({ body }) => (body as { tools?: unknown }).tools !== undefined)).toHaveLength(1);
});

test("without tools, a model that writes its calls as it was told can work", async () => {
  const { report, outcomes, details } = await examine(refusingTools(new ScriptedStudent({})));

  expect(outcomes).toMatchObject({ one_call: "passed", uses_result: "passed", edit: "passed", no_invention: "passed" });
  expect(details.one_call).toContain("A model that was trained to call tools makes fewer mistakes.");
  expect(report.findings.calls).toBe("in_text");
  expect(report.limits).toMatchObject({ agentMode: true, callsInText: true });
});

test("a model that does not use what a tool told it is not trusted to report", async () => {
  const { report, outcomes, details } = await examine({ ignoresResults: true });

  expect(outcomes.uses_result).toBe("failed");
  expect(details.uses_result).toContain("The word of the day is hello.");
  expect(trustIn(report)).toContain("cannot: Answering from what a tool told it: look at its claims yourself.");
});

test("calls made one after the other pass, and Hearth asks for one at a time", async () => {
  const { report, outcomes, details } = await examine({ oneCallAtATime: true });

  expect(outcomes.two_calls).toBe("passed");
  expect(details.two_calls).toBe("It made them one after the other, not in one reply.");
  expect(report.limits.callsPerReply).toBe("one");
  expect(report.consequences).toContain(
    "Of each reply the first tool call alone is run; it is asked to make the others one after the other.",
  );
});

test("a second call that never comes is a failure", async () => {
  const { outcomes, details } = await examine({ losesSecondCall: true });

  expect(outcomes.two_calls).toBe("failed");
  expect(details.two_calls).toBe("It made the first call and forgot the second.");
});

test.each([
  [
    "second_try",
    "passed",
    "second_try",
    "The edit was exact at the second try, after it had been told what was wrong with the first.",
  ],
  ["ambiguous_forever", "failed", "fails", "The text that it wanted to replace is there twice."],
  [
    "wrong_indent",
    "failed",
    "fails",
    "The edit fitted the file and changed the wrong thing, or the indentation was wrong.",
  ],
  [
    "wrong_place",
    "failed",
    "fails",
    "The edit fitted the file and changed the wrong thing, or the indentation was wrong.",
  ],
  ["rewrites", "failed", "rewrites", "It wrote the whole file anew instead of editing it. The result was right."],
  ["reads_again", "failed", "fails", "It read on and on, and made no edit."],
  ["talks", "failed", "fails", "It made no edit and said: “You should put the line before the continue.”"],
] as const)("an edit that is %s has the outcome %s", async (habit, outcome, found, detail) => {
  const { report, outcomes, details } = await examine({ edit: habit });

  expect([outcomes.edit, report.findings.edits, details.edit]).toEqual([outcome, found, detail]);
  const rewrites = found === "fails" || found === "rewrites";
  expect(report.limits.wholeFileBelowLines).toBe(rewrites ? 150 : undefined);
  expect(report.consequences.some((sentence) => sentence.includes("told to write it whole"))).toBe(rewrites);
});

test.each([
  ["calls", "It called “send_email”, a tool that does not exist."],
  ["claims", "It claimed to have done what it has no tool for: “I have sent the email to Anna.”"],
] as const)("a model that invents a tool and %s it fails", async (inventsTool, detail) => {
  const { report, outcomes, details } = await examine({ inventsTool });

  expect([outcomes.no_invention, details.no_invention]).toEqual(["failed", detail]);
  expect(trustIn(report)).toContain("with_care: Its reports: it claims or tries things that it has no tool for.");
});

test("a model that forgets gets smaller reads and earlier summaries", async () => {
  const { report, outcomes } = await examine({ forgets: true });

  expect(outcomes.memory).toBe("failed");
  expect(report.limits).toMatchObject({ readLines: 150, compactAtShare: 0.5 });
  expect(report.summary).toMatch(/^Good for short tasks\./);
  expect(report.consequences).toEqual([
    "A file is read 150 lines at a time, unless it asks for more.",
    "Long conversations are summed up at 50 % of the window already.",
  ]);
});

test("failure 1: a server that cuts silently is found out, and its count is believed instead of its word", async () => {
  const { report, outcomes, details } = await examine({ cutsAbove: 20_000 });

  expect(outcomes.memory).toBe("failed");
  expect(details.memory).toMatch(
    /^Of about [\d,]+ tokens the server read [\d,]+: it dropped the rest without saying so/,
  );
  const { sent = 0, counted = 0 } = report.findings.silentCut ?? {};
  expect(counted).toBeLessThan(sent * 0.75);
  expect(report.limits.contextTokens).toBe(counted);
  expect(trustIn(report)).toContain(
    "with_care: Longer tasks: the server drops the beginning of a long conversation without saying so.",
  );
});

test("a prompt that the server refuses as too long is a failure in its words", async () => {
  const student = new ScriptedStudent({});
  const { outcomes, details } = await examine((request) => {
    const body = JSON.stringify({
      error: { message: "request (7000 tokens) exceeds the available context size (4096 tokens)" },
    });
    return request.raw.length > 30_000 ? fails({ kind: "status", status: 400, body }) : student.respond(request);
  });

  expect(outcomes.memory).toBe("failed");
  expect(details.memory).toContain("exceeds the available context size");
});

test("a server that keeps no prefix is found out by time, and the conversation is kept short", async () => {
  const { report, outcomes } = await examine({ cacheless: true, msPerCharacter: 0.04 });

  expect(outcomes.prefix_cache).toBe("failed");
  expect(report.findings.prefixCache).toBe("does_not_work");
  expect(report.limits.compactAtShare).toBe(0.6);
});

test("a server that keeps the prefix and does not report it is recognised by time", async () => {
  const { report, outcomes, details } = await examine({ msPerCharacter: 0.12 }, { contextWindow: 4_096 });

  expect(outcomes.prefix_cache).toBe("passed");
  expect(details.prefix_cache).toMatch(/^By time: /);
  expect(report.findings.readingSpeed).toBeGreaterThan(200);
  expect(report.findings.readingSpeed).toBeLessThan(4_000);
  expect(report.findings.prefixCache).toBe("works");
});

test("a server that reports nothing of a repeated prompt as cached keeps no prefix", async () => {
  const { details, outcomes } = await examine({ cacheless: true, reportsCache: true });

  expect(outcomes.prefix_cache).toBe("failed");
  expect(details.prefix_cache).toBe("The server reported only 0 % of a repeated prompt as cached.");
});

test("a server that answers too fast and reports nothing is not judged", async () => {
  const { report, outcomes } = await examine({});

  expect(outcomes.prefix_cache).toBe("not_measured");
  expect(report.findings.prefixCache).toBeUndefined();
});

test("a server that sends everything at the end does not stream", async () => {
  const { outcomes, report } = await examine({ inOnePiece: true });

  expect(outcomes.streams).toBe("failed");
  expect(report.findings.streams).toBe(false);
});

test("a server that does not say its window leaves the memory unmeasured", async () => {
  const { outcomes, details } = await examine({}, { contextWindow: undefined });

  expect([outcomes.memory, details.memory]).toEqual([
    "not_measured",
    "The server does not say how long a conversation may be.",
  ]);
});

test("a model that never answers ends the check-up after its first question", async () => {
  const { report, server, outcomes, details } = await examine(() => fails({ kind: "no_answer" }), { totalMs: 400 });

  expect(report.ended).toBe("no_answer");
  expect(outcomes).toMatchObject({ answers: "failed", one_call: "not_measured", memory: "not_measured" });
  expect(details.answers).toMatch(/^No answer within 0\.2 seconds\.$/);
  expect(report.summary).toMatch(/^The model did not answer\. No answer within/);
  expect(server.chats).toHaveLength(1);
});

test("a server that is down is said to be down", async () => {
  const { report, details } = await examine(() => fails({ kind: "hang_up" }));

  expect(report.ended).toBe("no_answer");
  expect(details.answers).not.toBe("");
  expect(report.probes.slice(1).every(({ outcome }) => outcome === "not_measured")).toBe(true);
});

test("what takes too long is not measured, and the rest goes on", async () => {
  const student = new ScriptedStudent({});
  const { report, outcomes, details } = await examine(
    (request) =>
      request.raw.includes("function settle") ? fails({ kind: "stall", afterBytes: 200 }) : student.respond(request),
    { totalMs: 4_000 },
  );

  expect([outcomes.edit, outcomes.two_calls, outcomes.no_invention]).toEqual(["not_measured", "passed", "passed"]);
  expect(details.edit).toBe("Not finished within 1.0 seconds.");
  expect(report.findings.edits).toBeUndefined();
  expect(report.limits.wholeFileBelowLines).toBeUndefined();
});

test("a slow model is measured as far as the time goes, and no further", async () => {
  const { report, outcomes, details } = await examine(
    { msPerCharacter: 0.25 },
    { totalMs: 6_000, contextWindow: 262_144 },
  );

  expect(outcomes.memory).toBe("not_measured");
  expect(details.memory).toBe("Reading so much would take longer than the whole check-up may.");
  expect(report.durationMs).toBeLessThan(12_000);
});

test("a model that is still thinking when its time is over is said to be", async () => {
  const student = new ScriptedStudent({});
  const { details } = await examine(
    (request) =>
      request.raw.includes("in one reply")
        ? { reasoning: "Hm. ".repeat(400).split(/(?<= )/), betweenMs: 50 }
        : student.respond(request),
    { totalMs: 3_000 },
  );

  expect(details.two_calls).toBe("Not finished within 0.6 seconds: it was still thinking.");
});

test("progress tells each step before and after, in order", async () => {
  const { progress, report } = await examine({});

  expect(progress.map(({ index, result }) => `${index}${result === undefined ? "" : "!"}`)).toEqual(
    report.probes.flatMap((_, index) => [`${index}`, `${index}!`]),
  );
  expect(progress.flatMap(({ result }) => result ?? [])).toEqual(report.probes);
  expect(progress.every(({ count }) => count === report.probes.length)).toBe(true);
});

test("a cancelled check-up closes its request, asks nothing more and says that it was stopped", async () => {
  const stop = new AbortController();
  const student = new ScriptedStudent({});
  const { report, server, outcomes } = await examine(
    (request) => {
      if (request.raw.includes("word of the day")) {
        setTimeout(() => stop.abort(), 20);
        return fails({ kind: "no_answer" });
      }
      return student.respond(request);
    },
    {},
    stop.signal,
  );

  expect(report.ended).toBe("stopped");
  expect(outcomes).toMatchObject({ answers: "passed", one_call: "not_measured", memory: "not_measured" });
  expect(server.chats).toHaveLength(2);
  await expect.poll(() => server.chats[1]?.abandonedAt).toBeDefined();
  expect(report.probes.find(({ id }) => id === "edit")?.detail).toBe("Stopped by you.");
});

test("a check-up that is stopped before it begins asks nothing", async () => {
  const { report, server } = await examine({}, {}, AbortSignal.abort());

  expect(report.ended).toBe("stopped");
  expect(server.chats).toHaveLength(0);
});

test("a thinking model is noticed, and its thoughts do not count as its answer", async () => {
  const { report, outcomes } = await examine({ thinks: true });

  expect(report.findings.thinks).toBe(true);
  expect(outcomes.uses_result).toBe("passed");
});
