import { textOf } from "../stream/json";
import type { Conversation, Step } from "./conversation";

/** What the script answers: some words, and calls. */
export interface Answer {
  text: string;
  calls: { name: string; input: Record<string, unknown> }[];
}

const asksForLesson =
  /\b(?:fix|repair|mend|solve|correct|debug|make)\b.*\b(?:tests?|voucher|basket|bug|failure|it)\b|\b(?:tests?|voucher|basket|amount)\b.*\b(?:fail\w*|red|green|pass\w*|broken|wrong|negative|fix\w*)\b|math\.max|applyvoucher/is;
/** Hearth runs the test itself and says so. */
const runByHearth = /run again after your edits/i;
const wantsMax = /math\.?\s*max/i;

const simple = "return amount > voucher ? amount - voucher : 0;";
const tidy = "return Math.max(0, amount - voucher);";

const whoIAm =
  "I am a script, not a model. I know one lesson only: the failing test of the sample project.\n\n" +
  "To see it, open the sample and ask: “Fix the failing test.” To work on your own code, start Ollama, LM Studio, " +
  "llama-server, vLLM or SGLang on this machine and choose its model with “Hearth: Select Model”.";

/** Decides from the conversation alone what comes next in the lesson. */
export function answer(conversation: Conversation): Answer {
  const { request, steps, tools, mode } = conversation;
  if (!asksForLesson.test(request) && !runByHearth.test(request)) {
    return say(whoIAm);
  }
  if (!tools.has("read_file") || !tools.has("edit_file")) {
    return say(`${whoIAm}\n\nRight now I have no tools, so I cannot show the lesson here.`);
  }
  if (steps.some((step) => step.result?.startsWith("No match") && step.tool === "search_text")) {
    return say(`There is no applyVoucher in this folder, so this is not the sample project. ${whoIAm}`);
  }
  return mode === "plan" ? plan(conversation) : act(conversation);
}

function plan({ steps, wishes }: Conversation): Answer {
  const proposed = steps.findLast((step) => step.tool === "propose_plan");
  if (proposed !== undefined) {
    const again = wantsMax.test(proposed.result ?? "") && !wantsMax.test(JSON.stringify(proposed.input));
    return again
      ? proposePlan(steps, "Then with Math.max.", wishes)
      : say("You did not approve the plan, so nothing was changed. Say what you want done differently.");
  }
  const code = readOf(steps, /basket\.js$/);
  if (code === undefined) {
    return look(steps);
  }
  return code.failed
    ? say(`I could not read ${code.path}. ${whoIAm}`)
    : proposePlan(steps, "I know enough for a plan.", wishes);
}

function proposePlan(steps: readonly Step[], text: string, wishes: string): Answer {
  const { source, test } = paths(steps, "");
  const title = wantsMax.test(wishes)
    ? "Let applyVoucher stop at zero with Math.max"
    : "Let applyVoucher stop at zero when the voucher is worth more than the amount";
  return call(
    `${text} The test expects 0, but applyVoucher takes the whole voucher off and goes below zero.`,
    "propose_plan",
    {
      steps: [
        { title, files: [source], check: "The diff changes one line" },
        { title: "Run the tests", files: [test], check: "npm test" },
      ],
    },
  );
}

function act(conversation: Conversation): Answer {
  const { steps, request } = conversation;
  const approved = steps.findLast((step) => step.tool === "propose_plan")?.at ?? -1;
  const later = steps.filter((step) => step.at > approved);
  const last = later.at(-1);
  switch (last?.tool) {
    case "run_command":
      return afterRun(last);
    case "edit_file":
      return afterEdit(last, conversation);
    case "ask_user":
      return afterQuestion(last, conversation);
    default:
      break;
  }
  const code = readOf(later, /basket\.js$/);
  if (code === undefined) {
    return runByHearth.test(request) || approved >= 0 ? readCode(conversation) : look(steps);
  }
  return code.failed ? say(`I could not read ${code.path}. ${whoIAm}`) : edit(conversation, code, undefined);
}

function look(steps: readonly Step[]): Answer {
  if (!steps.some((step) => step.tool === "search_text")) {
    return call("I look for the code that takes a voucher off the amount.", "search_text", { pattern: "applyVoucher" });
  }
  const { source, test } = paths(steps, "");
  return {
    text: "I read the code and its test.",
    calls: [
      { name: "read_file", input: { path: source } },
      { name: "read_file", input: { path: test } },
    ],
  };
}

function readCode({ steps, request }: Conversation): Answer {
  return call("I read the code that the test is about.", "read_file", { path: paths(steps, request).source });
}

function edit(conversation: Conversation, code: Read, wanted: string | undefined): Answer {
  const line = lineOf(code.text);
  const next = wanted ?? (wantsMax.test(conversation.wishes) ? tidy : simple);
  if (line === undefined) {
    return say(`applyVoucher looks different from what I know. ${whoIAm}`);
  }
  if (line.trim() === next || (wanted === undefined && line.trim() !== "return amount - voucher;" && next === simple)) {
    return runByHearth.test(conversation.request)
      ? say("The one change that I know is made already, and the test still fails. A real model is needed here.")
      : runTests(conversation, "applyVoucher stops at zero already. I run the tests to be sure.");
  }
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  return call(
    next === tidy
      ? "I let Math.max stop the amount at zero."
      : "A voucher worth more than the amount must leave nothing to pay.",
    "edit_file",
    { path: code.path, edits: [{ old_text: line, new_text: indent + next }] },
  );
}

function afterEdit(step: Step, conversation: Conversation): Answer {
  const result = step.result ?? "";
  if (!isRefusal(result)) {
    if (!/^(?:Changed|Created)/.test(result)) {
      return retryEdit(step, conversation);
    }
    return runByHearth.test(conversation.request)
      ? say("applyVoucher no longer goes below zero. The test is run again now.")
      : runTests(conversation, "The change is made. I run the tests.");
  }
  const wasTidy = wantsMax.test(JSON.stringify(step.input));
  if (wantsMax.test(result) && !wasTidy) {
    return editAgain(conversation, tidy);
  }
  const remarked = /They say:/.test(result);
  const asked = conversation.steps.some((earlier) => earlier.tool === "ask_user");
  if (!remarked || asked || !conversation.tools.has("ask_user")) {
    return stopped();
  }
  return call("I am a script and cannot follow that remark, but I know two ways.", "ask_user", {
    question: "How is applyVoucher to stop at zero?",
    options: ["With Math.max", "With a comparison", "Not at all"],
  });
}

function afterQuestion(step: Step, conversation: Conversation): Answer {
  const result = step.result ?? "";
  if (wantsMax.test(result)) {
    return editAgain(conversation, tidy);
  }
  return /compar/i.test(result) ? editAgain(conversation, simple) : stopped();
}

function editAgain(conversation: Conversation, wanted: string): Answer {
  const code = readOf(conversation.steps, /basket\.js$/);
  return code === undefined || code.failed ? readCode(conversation) : edit(conversation, code, wanted);
}

/** The file may have changed since it was read: look once more, then give up. */
function retryEdit(step: Step, conversation: Conversation): Answer {
  const failed = conversation.steps.filter((one) => one.tool === "edit_file" && !/^Changed/.test(one.result ?? ""));
  return failed.length > 1
    ? say(`The edit could not be made: ${(step.result ?? "").slice(0, 200)}`)
    : call("That did not fit. I read the file again.", "read_file", { path: textOf(step.input["path"]) });
}

function runTests(conversation: Conversation, text: string): Answer {
  const { folder } = paths(conversation.steps, conversation.request);
  return call(text, "run_command", folder === "" ? { command: "npm test" } : { command: "npm test", cwd: folder });
}

function afterRun(step: Step): Answer {
  const result = step.result ?? "";
  if (isRefusal(result)) {
    return say("The change is made, but the tests were not run, so it is not known whether they pass.");
  }
  return /\[exit code 0\]/.test(result)
    ? say(
        "Done. In `src/basket.js` one line changed: `applyVoucher` now stops at zero. `npm test` ran and every test passes. " +
          "Nothing remains of this lesson; for your own code, connect a real model.",
      )
    : say("The change is made, but `npm test` did not pass. I am a script and know no other change.");
}

function stopped(): Answer {
  return say("Then I leave it. No file was changed, and the test still fails.");
}

interface Read {
  path: string;
  text: string;
  failed: boolean;
}

function readOf(steps: readonly Step[], path: RegExp): Read | undefined {
  const step = steps.findLast(
    (one) =>
      one.tool === "read_file" && path.test(textOf(one.input["path"])) && !/\.test\./.test(textOf(one.input["path"])),
  );
  if (step === undefined) {
    return undefined;
  }
  const text = (step.result ?? "").replace(/^ *\d+\t/gm, "");
  return { path: textOf(step.input["path"]), text, failed: !text.includes("applyVoucher") };
}

/** The line in which applyVoucher returns its result. */
function lineOf(text: string): string | undefined {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => /function applyVoucher\b/.test(line));
  return start < 0 ? undefined : lines.slice(start).find((line) => /^\s*return\b.*;$/.test(line));
}

/** Where the lesson's files are: the sample may be opened by itself or as a folder of a larger workspace. */
function paths(steps: readonly Step[], request: string) {
  const known = [...steps.map((step) => `${step.result ?? ""}\n${textOf(step.input["path"])}`), request].join("\n");
  const folder = /(?:^|[\s"'`(])([\w./-]*?)\/?(?:src\/basket\.js|test\/basket\.test\.js)/m.exec(known)?.[1] ?? "";
  const base = folder === "" ? "" : `${folder}/`;
  return { folder, source: `${base}src/basket.js`, test: `${base}test/basket.test.js` };
}

function isRefusal(result: string): boolean {
  return /^(?:The user refused|The user did not|Not run)/.test(result);
}

function say(text: string): Answer {
  return { text, calls: [] };
}

function call(text: string, name: string, input: Record<string, unknown>): Answer {
  return { text, calls: [{ name, input }] };
}
