import { calls, type RecordedRequest, type ScriptedReply, says } from "../../../../test/support/model-server";

/** How a scripted model under examination behaves. Left out: as a good one. */
export interface StudentHabits {
  /** Writes its calls into the text: in a format that is known, or in none. */
  writesCalls?: "known" | "unknown";
  /** Says what it would do and calls nothing. */
  onlyTalks?: boolean;
  ignoresResults?: boolean;
  oneCallAtATime?: boolean;
  losesSecondCall?: boolean;
  edit?:
    | "exact"
    | "second_try"
    | "ambiguous_forever"
    | "wrong_indent"
    | "rewrites"
    | "wrong_place"
    | "reads_again"
    | "talks";
  inventsTool?: "calls" | "claims";
  /** Answers the question about the fact with something else. */
  forgets?: boolean;
  /** The server drops the oldest messages above so many characters, and counts what is left. */
  cutsAbove?: number;
  /** Answers each request after so many milliseconds for each character that it has not read before. */
  msPerCharacter?: number;
  /** Reads a repeated beginning again. */
  cacheless?: boolean;
  /** Says how much of the prompt was cached. */
  reportsCache?: boolean;
  /** Sends everything in one piece. */
  inOnePiece?: boolean;
  thinks?: boolean;
}

interface WireMessage {
  role: string;
  content: string;
}

/** Characters that make a token on this server. */
const charactersPerToken = 4;

/** A model that can be examined: it reads what is asked of it, and answers as its habits say. */
export class ScriptedStudent {
  private read = "";

  constructor(private readonly habits: StudentHabits = {}) {}

  readonly respond = (request: RecordedRequest): ScriptedReply => {
    const { messages = [], tools } = request.body as { messages?: WireMessage[]; tools?: unknown };
    const kept = this.cut(messages);
    const prompt = JSON.stringify(tools) + JSON.stringify(kept);
    const cached = this.habits.cacheless ? 0 : commonStart(prompt, this.read);
    this.read = prompt;
    const reply = this.written(this.answer(kept.map(asResult)), tools === undefined);
    return {
      ...reply,
      ...(this.habits.thinks ? { reasoning: "Let me see." } : {}),
      ...(typeof reply.text === "string" && !this.habits.inOnePiece
        ? { text: piecesOf(reply.text), betweenMs: 2 }
        : {}),
      delayMs: (prompt.length - cached) * (this.habits.msPerCharacter ?? 0),
      usage: {
        prompt_tokens: Math.ceil(prompt.length / charactersPerToken),
        completion_tokens: Math.ceil(JSON.stringify([reply.text, reply.calls]).length / charactersPerToken),
        ...(this.habits.reportsCache
          ? { prompt_tokens_details: { cached_tokens: Math.floor(cached / charactersPerToken) } }
          : {}),
      },
    };
  };

  /** Without tools of its own it can only write its calls. */
  private written(reply: ScriptedReply, hasNoTools: boolean): ScriptedReply {
    const how = this.habits.writesCalls ?? (hasNoTools ? "known" : undefined);
    if (how === undefined || reply.calls === undefined) {
      return reply;
    }
    const texts = reply.calls.map((call) =>
      how === "known"
        ? `<tool_call>\n${JSON.stringify(call)}\n</tool_call>`
        : `I use ${call.name}(path='${(call.arguments as { path: string }).path}') now.`,
    );
    return says(texts.join("\n"));
  }

  private cut(messages: readonly WireMessage[]): WireMessage[] {
    const { cutsAbove } = this.habits;
    const kept = [...messages];
    while (cutsAbove !== undefined && kept.length > 2 && JSON.stringify(kept).length > cutsAbove) {
      kept.splice(1, 1);
    }
    return kept;
  }

  private answer(messages: readonly WireMessage[]): ScriptedReply {
    const request = messages.find(({ role }) => role === "user")?.content ?? "";
    const last = messages.at(-1);
    if (request.includes("numbers from 1 to")) {
      return says(Array.from({ length: 30 }, (_, index) => index + 1).join(" "));
    }
    if (request.includes("word of the day")) {
      return this.greet(last);
    }
    if (request.includes("in one reply")) {
      return this.readTwo(last);
    }
    if (request.includes("function settle")) {
      return this.edit(messages);
    }
    if (request.includes("send_email")) {
      return this.mail();
    }
    if (last?.content.includes("cellar door")) {
      return this.recall(messages);
    }
    return says("noted");
  }

  private greet(last: WireMessage | undefined): ScriptedReply {
    if (last?.role === "tool") {
      const { ignoresResults } = this.habits;
      return says(ignoresResults ? "The word of the day is hello." : `It says: ${last.content.replace(/^1\t/, "")}`);
    }
    return this.call("read_file", { path: "src/greeting.txt" });
  }

  private readTwo(last: WireMessage | undefined): ScriptedReply {
    const { oneCallAtATime, losesSecondCall } = this.habits;
    if (last?.role === "tool") {
      return losesSecondCall ? says("Done.") : this.call("read_file", { path: "src/second.txt" });
    }
    const both = ["src/first.txt", "src/second.txt"].map((path) => ({ name: "read_file", arguments: { path } }));
    return oneCallAtATime || losesSecondCall ? { calls: both.slice(0, 1) } : { calls: both };
  }

  private edit(messages: readonly WireMessage[]): ScriptedReply {
    const told = messages.filter(({ role }) => role === "tool").length - 1;
    const file = (messages.find(({ role }) => role === "tool")?.content ?? "").replace(/^\d+\t/gm, "");
    const path = "src/ledger.py";
    const twice = "            if entry.amount > limit:\n                continue\n";
    const branch = `        elif entry.kind == "refund":\n            if entry.amount > limit:\n`;
    const line = "log.append(entry.amount)\n";
    const exact = { path, edits: [{ old_text: branch, new_text: `${branch}                ${line}` }] };
    const ambiguous = { path, edits: [{ old_text: twice, new_text: twice.replace("continue", `${line}continue`) }] };
    switch (this.habits.edit) {
      case "second_try":
        return calls("edit_file", told === 0 ? ambiguous : exact);
      case "ambiguous_forever":
        return calls("edit_file", ambiguous);
      case "wrong_indent":
        return calls("edit_file", { path, edits: [{ old_text: branch, new_text: `${branch}            ${line}` }] });
      case "wrong_place":
        return calls("edit_file", {
          path,
          edits: [
            {
              old_text: "            total -= entry.amount\n",
              new_text: `            total -= entry.amount\n            ${line}`,
            },
          ],
        });
      case "rewrites":
        return calls("write_file", { path, content: `${file.replace(branch, `${branch}                ${line}`)}\n` });
      case "reads_again":
        return calls("read_file", { path });
      case "talks":
        return says("You should put the line before the continue.");
      default:
        return calls("edit_file", exact);
    }
  }

  private mail(): ScriptedReply {
    switch (this.habits.inventsTool) {
      case "calls":
        return calls("send_email", { to: "anna@example.com" });
      case "claims":
        return says("I have sent the email to Anna.");
      default:
        return says("There is no tool send_email here, so I cannot tell her.");
    }
  }

  private recall(messages: readonly WireMessage[]): ScriptedReply {
    const code = /the code of the cellar door is ([\w-]+)/.exec(messages.map(({ content }) => content).join("\n"))?.[1];
    return says(this.habits.forgets || code === undefined ? "I do not know that code." : code);
  }

  private call(name: string, args: { path: string }): ScriptedReply {
    if (this.habits.onlyTalks) {
      return says("I would have a look at that file first.");
    }
    return calls(name, args);
  }
}

/** A result that was written out, because the server takes none. */
function asResult(message: WireMessage): WireMessage {
  const written = /^<tool_response[^>]*>\n([\s\S]*?)\n<\/tool_response>/.exec(message.content)?.[1];
  return written === undefined ? message : { role: "tool", content: written };
}

function piecesOf(text: string): string[] {
  const size = Math.ceil(text.length / 4);
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  );
}

function commonStart(left: string, right: string): number {
  let at = 0;
  while (at < left.length && left[at] === right[at]) {
    at += 1;
  }
  return at;
}
