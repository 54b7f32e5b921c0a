import type { Action, AgentEvent, EndpointView, FileChange, NewEvent, Preview } from "../../src/core/events";
import { AgentEvent as AgentEventSchema } from "../../src/core/events";
import type { ToPanel } from "../../src/protocol/panel";

export const homeModel: EndpointView = {
  name: "Ollama",
  model: "qwen3-coder:30b",
  baseUrl: "http://127.0.0.1:11434/v1",
  locality: "machine",
  practice: false,
  contextWindow: 32_768,
};

export const surroundings: Extract<ToPanel, { type: "surroundings_changed" }> = {
  type: "surroundings_changed",
  endpoint: homeModel,
  mode: "act",
  approvals: "ask-for-changes",
  searching: false,
  trouble: null,
  leaving: "Nothing left this machine today.",
  trusted: true,
  hasWorkspace: true,
  examples: ["Fix the failing test.", "Explain how prices are rounded.", "Add a discount for ten items or more."],
  attachments: [],
};

/** Writes the events of one task, numbered and stamped as the task does it. */
export class TaskScript {
  readonly events: AgentEvent[] = [];
  #seq = 0;

  constructor(readonly taskId = "task-1") {}

  add(...events: NewEvent[]): AgentEvent[] {
    const stamped = events.map((event) =>
      AgentEventSchema.parse({
        ...event,
        v: 1,
        seq: this.#seq++,
        at: 1_790_000_000_000 + this.#seq * 700,
        taskId: this.taskId,
      }),
    );
    this.events.push(...stamped);
    return stamped;
  }

  start(text: string, title = text): AgentEvent[] {
    return this.add(
      { type: "task_started", title, mode: "act", endpoint: homeModel, prompt: { system: "s", tools: [] } },
      { type: "user_said", text, attachments: [], by: "user" },
    );
  }

  turn(turn: number): AgentEvent[] {
    return this.add({ type: "turn_started", turn, estimatedTokens: 900, endpoint: homeModel });
  }

  reply(turn: number, text: string, more: Partial<Extract<NewEvent, { type: "reply_finished" }>> = {}): AgentEvent[] {
    return this.add({
      type: "reply_finished",
      turn,
      text,
      reasoning: "",
      calls: [],
      usage: { promptTokens: 3_120, completionTokens: 212, cachedTokens: 2_900 },
      timings: { firstTokenMs: 240, totalMs: 5_300, tokensPerSecond: 42.3 },
      stop: "stop",
      ...more,
    });
  }

  propose(id: string, tool: string, title: string, preview: Preview): AgentEvent[] {
    const action: Action = {
      id,
      callId: `call-${id}`,
      tool,
      title,
      effect: effectOf(preview),
      preview,
      hash: "0".repeat(64),
    };
    return this.add({ type: "action_proposed", action });
  }

  judge(actionId: string, verdict: "allow" | "ask" | "refuse", rule: string, reason: string): AgentEvent[] {
    return this.add({ type: "action_judged", actionId, verdict, rule, reason });
  }

  read(id: string, path: string): AgentEvent[] {
    return [
      ...this.propose(id, "read_file", `Read ${path}`, { kind: "read", paths: [path] }),
      ...this.judge(id, "allow", "read-in-workspace", "Reading inside the workspace runs without asking."),
      ...this.add({ type: "action_started", actionId: id }, finished(id, "…")),
    ];
  }

  askEdit(id: string, files: FileChange[]): AgentEvent[] {
    return [
      ...this.propose(id, "edit_file", `Edit ${files.map((file) => file.path).join(", ")}`, { kind: "edit", files }),
      ...this.judge(id, "ask", "edits-ask", "Every edit asks before it is written."),
    ];
  }

  askCommand(id: string, command: string, more: { cwd?: string; script?: string } = {}): AgentEvent[] {
    const preview: Preview = { kind: "command", command, cwd: more.cwd ?? ".", timeoutMs: 120_000 };
    return [
      ...this.propose(
        id,
        "run_command",
        `Run ${command.slice(0, 60)}`,
        more.script === undefined ? preview : { ...preview, script: more.script },
      ),
      ...this.judge(id, "ask", "commands-ask", "Every command asks before it runs."),
    ];
  }

  restored(): Extract<ToPanel, { type: "task_restored" }> {
    return { type: "task_restored", taskId: this.taskId, events: this.events.slice() };
  }

  progressed(events: AgentEvent[]): Extract<ToPanel, { type: "task_progressed" }> {
    return { type: "task_progressed", taskId: this.taskId, events };
  }
}

export function finished(
  actionId: string,
  text: string,
  more: Partial<Extract<NewEvent, { type: "action_finished" }>> = {},
): NewEvent {
  return {
    type: "action_finished",
    actionId,
    callId: `call-${actionId}`,
    outcome: "done",
    text,
    durationMs: 900,
    ...more,
  };
}

function effectOf(preview: Preview): Action["effect"] {
  switch (preview.kind) {
    case "read":
      return { kind: "read", paths: preview.paths };
    case "edit":
      return { kind: "edit", paths: preview.files.map((file) => file.path) };
    case "command":
      return { kind: "command", command: preview.command, cwd: preview.cwd };
    default:
      return { kind: preview.kind };
  }
}

export function fileChange(path: string, hunks: { start: number; lines: string[] }[]): FileChange {
  const count = (lines: string[], signs: string) => lines.filter((line) => signs.includes(line[0] ?? "")).length;
  let shift = 0;
  const made = hunks.map(({ start, lines }, index) => {
    const hunk = {
      id: `${path}#${index + 1}`,
      oldStart: start,
      oldLines: count(lines, " -"),
      newStart: start + shift,
      newLines: count(lines, " +"),
      lines,
    };
    shift += hunk.newLines - hunk.oldLines;
    return hunk;
  });
  const all = hunks.flatMap((hunk) => hunk.lines);
  return { path, status: "modified", added: count(all, "+"), removed: count(all, "-"), hunks: made };
}
