import { describeRemark, remarksOn } from "./action/answer";
import type { AgentEvent, EventOf, Mode } from "./events";
import type { Message, ModelRequest } from "./ports";

const notRun = "Not run: the task was stopped before this call.";
const interrupted = "(stopped)";

/** What the next request holds. */
export function requestOf(events: readonly AgentEvent[]): ModelRequest {
  return { ...promptOf(events), messages: messagesOf(events) };
}

/** The part that every request of the task begins with. */
export function promptOf(events: readonly AgentEvent[]): EventOf<"task_started">["prompt"] {
  const started = events.find((event) => event.type === "task_started");
  if (started?.type !== "task_started") {
    throw new Error("a task without its start has no prompt");
  }
  const { system, tools } = started.prompt;
  return { system, tools };
}

/**
 * The conversation as the model gets it: a pure function of the journaled events, so that it is the same after a
 * reload. Later events only ever append; what was sent once is changed by `context_compacted` alone.
 */
export function messagesOf(events: readonly AgentEvent[]): Message[] {
  const compacted = events.filter((event) => event.type === "context_compacted");
  const replaced = compacted.findLast((event) => event.replaced !== undefined)?.replaced;
  const shortened = compacted.flatMap((event) => event.shortened);
  const rendering = new Rendering(new Map(shortened.map(({ callId, text }) => [callId, text])));
  if (replaced !== undefined) {
    rendering.messages.push({ role: "user", text: replaced.text });
  }
  for (const event of events) {
    if (replaced === undefined || event.seq >= replaced.before) {
      rendering.add(event);
    }
  }
  return rendering.messages;
}

class Rendering {
  readonly messages: Message[] = [];
  private readonly open = new Map<string, string>();
  /** What was shown and answered of the newest reply's calls. */
  private answers: AgentEvent[] = [];
  /** What the user did to files that the model has not been told of. */
  private unsaidRestores: string[] = [];
  /** A mode the model has not been told of. */
  private unsaidMode: Mode | undefined;

  /** `shortened`: what is sent in place of a call's result. */
  constructor(private readonly shortened: ReadonlyMap<string, string>) {}

  add(event: AgentEvent): void {
    switch (event.type) {
      case "task_started":
        this.unsaidMode = event.mode;
        return;
      case "mode_changed":
        this.unsaidMode = event.mode;
        return;
      case "restored":
        this.unsaidRestores.push(restoreNote(event));
        return;
      case "recovered":
        this.unsaidRestores.push(recoveryNote(event));
        return;
      case "user_said":
        this.closeCalls();
        this.bridge();
        this.messages.push({ role: "user", text: this.withNews(said(event)) });
        return;
      case "turn_started":
        this.closeCalls();
        return;
      case "reply_finished":
        this.reply(event);
        return;
      case "action_proposed":
      case "action_answered":
        this.answers.push(event);
        return;
      case "action_finished":
        this.result(event);
        return;
      default:
        return;
    }
  }

  private reply(event: EventOf<"reply_finished">): void {
    this.answers = [];
    if (event.text === "" && event.calls.length === 0) {
      return;
    }
    this.messages.push({ role: "assistant", text: event.text, reasoning: event.reasoning, calls: event.calls });
    for (const call of event.calls) {
      this.open.set(call.id, call.name);
    }
  }

  private result(event: EventOf<"action_finished">): void {
    const name = this.open.get(event.callId);
    if (name === undefined) {
      return;
    }
    this.open.delete(event.callId);
    const text = this.shortened.get(event.callId) ?? event.text;
    this.messages.push({ role: "tool", callId: event.callId, name, text: this.withNews(text) });
  }

  /** Every call gets a result, also those a stop or a crash left without one. */
  private closeCalls(): void {
    for (const [callId, name] of this.open) {
      const text = [notRun, ...remarksOn(callId, this.answers).map(describeRemark)].join("\n");
      this.messages.push({ role: "tool", callId, name, text });
    }
    this.open.clear();
  }

  /** Servers want strict alternation: between a question or tool result and the next user text stands a reply. */
  private bridge(): void {
    const last = this.messages.at(-1);
    if (last && last.role !== "assistant") {
      this.messages.push({ role: "assistant", text: interrupted, reasoning: "", calls: [] });
    }
  }

  /** Changing facts go into the newest message; what was sent before stays as it is. */
  private withNews(text: string): string {
    const news =
      this.unsaidMode === undefined ? this.unsaidRestores : [...this.unsaidRestores, `[mode: ${this.unsaidMode}]`];
    this.unsaidMode = undefined;
    this.unsaidRestores = [];
    return [text, ...news].join("\n\n");
  }
}

function said(event: EventOf<"user_said">): string {
  const attached = event.attachments.map(({ label, text }) => `\n\n${label}:\n${text}`);
  return event.text + attached.join("");
}

function restoreNote({ files, redo }: EventOf<"restored">): string {
  return redo
    ? `[The user put your changes to these files back in: ${files.join(", ")}]`
    : `[The user took back your changes to these files: ${files.join(", ")}. Read them again before you edit.]`;
}

function recoveryNote({ how, files, left }: EventOf<"recovered">): string {
  const done = files.length === 0 ? "" : ` ${recoveries[how]}: ${files.join(", ")}.`;
  const rest = left.length === 0 ? "" : ` Something else changed ${left.join(", ")}.`;
  return `[The editor was closed in the middle of this.${done}${rest} Read them again before you edit.]`;
}

const recoveries: Record<EventOf<"recovered">["how"], string> = {
  put_back: "The user had these put back as they were before",
  finished: "The user had the change finished",
  kept: "The user kept what the command had done",
};
