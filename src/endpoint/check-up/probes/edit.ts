import { applyFileCall } from "../../../core/edits/apply-call";
import { readEditCall } from "../../../core/edits/read-call";
import type { Call } from "../../../core/events";
import type { Message } from "../../../core/ports";
import { failed, notMeasured, type Probe, passed, quote, request, said, unanswered } from "../exam";

const path = "src/ledger.py";

/** Thirty lines. The two lines to change stand twice, at the same depth; only what is around them tells them apart. */
export const ledger = `def settle(entries, limit):
    """Adds up entries until the limit is reached."""
    total = 0
    log = []
    for entry in entries:
        if entry.kind == "sale":
            if entry.amount > limit:
                continue
            total += entry.amount
        elif entry.kind == "refund":
            if entry.amount > limit:
                continue
            total -= entry.amount
            if total < 0:
                total = 0
        else:
            raise ValueError(entry.kind)
    return total, log


class Ledger:
    def __init__(self, limit):
        self.limit = limit

    def add(self, entry):
        if entry.amount > self.limit:
            raise ValueError(
                "too large: "
                f"{entry.amount}")
        self.entries.append(entry)
`;

const before = `        elif entry.kind == "refund":
            if entry.amount > limit:
`;
const added = `                log.append(entry.amount)
`;
const wanted = ledger.replace(before, before + added);

const readCall: Call = { id: "checkup01", name: "read_file", arguments: JSON.stringify({ path }) };
const mostTurns = 3;

export const edit: Probe = {
  id: "edit",
  title: "Edits a file with tricky indentation",
  async run(exam) {
    const { findings } = exam;
    if (!exam.canCall) {
      return notMeasured("Not tried, because it did not make a single call.");
    }
    const messages: Message[] = [
      request(
        `In ${path}, function settle: in the branch for refunds only, put the line log.append(entry.amount) directly before its continue. Use edit_file. Change nothing else.`,
      ),
      { role: "assistant", text: "", reasoning: findings.thinks ? "I read the file first." : "", calls: [readCall] },
      { role: "tool", callId: readCall.id, name: readCall.name, text: numbered(ledger) },
    ];
    let failure: string | undefined;
    for (let turn = 0; turn < mostTurns; turn++) {
      const asked = await exam.ask(messages, 0.25);
      const problem = unanswered(asked);
      if (problem !== undefined) {
        return problem;
      }
      const { reply } = asked;
      const call = reply.calls.find(({ name }) => name === "edit_file" || name === "write_file");
      const judged = call === undefined ? undefined : judge(call);
      if (judged?.ok) {
        return success(judged.rewrites, failure);
      }
      if (reply.calls.length === 0 || failure !== undefined) {
        findings.edits = "fails";
        return failed(judged?.told ?? `It made no edit and said: ${quote(reply.text)}`);
      }
      failure = judged?.failure;
      messages.push(said(reply), ...reply.calls.map((each) => answer(each, each === call ? failure : undefined)));
    }
    findings.edits = "fails";
    return failed("It read on and on, and made no edit.");

    function success(rewrites: boolean, earlier: string | undefined) {
      findings.edits = rewrites ? "rewrites" : earlier === undefined ? "first_try" : "second_try";
      if (rewrites) {
        return failed("It wrote the whole file anew instead of editing it. The result was right.");
      }
      return earlier === undefined
        ? passed("The edit was exact at the first try.")
        : passed("The edit was exact at the second try, after it had been told what was wrong with the first.");
    }
  },
};

type Judged = { ok: true; rewrites: boolean } | { ok: false; failure: string; told: string };

/** What the call would make of the file, by the same rules that apply to every edit. */
function judge(call: Call): Judged {
  const read = readEditCall(call.arguments);
  const file = read.ok ? read.files[0] : undefined;
  if (!read.ok || file === undefined) {
    const failure = read.ok ? "There is no edit in this call." : read.failure;
    return { ok: false, failure, told: "Its edit could not be read." };
  }
  const applied = applyFileCall(ledger, file, ledger);
  if (!applied.ok) {
    return { ok: false, failure: applied.failure, told: toldOf[applied.kind] ?? "Its edit did not fit the file." };
  }
  if (trimEnds(applied.text ?? "") !== trimEnds(wanted)) {
    return {
      ok: false,
      failure: "The file would not hold what was asked for. Nothing was changed.",
      told: "The edit fitted the file and changed the wrong thing, or the indentation was wrong.",
    };
  }
  return { ok: true, rewrites: file.kind === "write" };
}

const toldOf: Record<string, string> = {
  not_found: "The text that it wanted to replace is not in the file.",
  ambiguous: "The text that it wanted to replace is there twice.",
  uncertain_indent: "The indentation of its edit could not be told.",
  lazy: "It left code out with a remark instead of writing it.",
};

function answer(call: Call, failure: string | undefined): Message {
  const text = failure ?? (call.name === "read_file" ? numbered(ledger) : path);
  return { role: "tool", callId: call.id, name: call.name, text };
}

function numbered(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line, index) => `${index + 1}\t${line}`)
    .join("\n");
}

function trimEnds(text: string): string {
  return text.replace(/[ \t]+$/gm, "").trimEnd();
}
