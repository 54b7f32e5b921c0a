import { FileMoved, ToolFailure } from "../../src/core/errors";
import type { Action, AgentEvent, NewEvent } from "../../src/core/events";
import type { Approvals } from "../../src/core/gate/decide";
import type {
  Answer,
  Approver,
  Checkpoints,
  CommandResult,
  Deed,
  FileEdit,
  FileFacts,
  Files,
  OpenCheckpoint,
  Search,
  Shell,
} from "../../src/core/ports";
import { Task } from "../../src/core/task";
import type { TaskPorts } from "../../src/core/task-ports";
import { tools } from "../../src/core/tools/index";
import { fakeEndpoint, ScriptedModel } from "./scripted-model";

/** A workspace in memory. Absolute paths lie outside it. */
export class MemoryFiles implements Files {
  readonly applied: FileEdit[][] = [];
  readonly texts: Map<string, string>;
  /** What the editor's formatter makes of a saved text. */
  format = (text: string) => text;

  constructor(files: Record<string, string> = {}) {
    this.texts = new Map(Object.entries(files));
  }

  async read(path: string): Promise<string> {
    const text = this.texts.get(path);
    if (text === undefined) {
      throw new ToolFailure(`There is no file ${path}.`);
    }
    return text;
  }

  async look(path: string): Promise<FileFacts | undefined> {
    const text = this.texts.get(path);
    const resolved = path.startsWith("/") ? undefined : path;
    if (text === undefined) {
      return path.startsWith("/") ? { kind: "file", size: 0, resolved } : undefined;
    }
    return { kind: "file", size: text.length, resolved };
  }

  async list(): Promise<{ paths: string[]; more: boolean }> {
    return { paths: [...this.texts.keys()].sort(), more: false };
  }

  async apply(edits: readonly FileEdit[], _: string, signal: AbortSignal) {
    signal.throwIfAborted();
    for (const edit of edits) {
      if (this.texts.get(edit.path) !== edit.base) {
        throw new FileMoved(`${edit.path} changed meanwhile.`);
      }
    }
    this.applied.push([...edits]);
    return edits.map(({ path, target }) => this.put(path, target));
  }

  private put(path: string, target: string | undefined) {
    if (target === undefined) {
      this.texts.delete(path);
      return { path, text: undefined };
    }
    this.texts.set(path, this.format(target));
    return { path, text: this.format(target) };
  }
}

export class RecordingShell implements Shell {
  readonly commands: string[] = [];
  scripts = new Map<string, string>();
  result: CommandResult = { exitCode: 0, output: "ok", durationMs: 1, ended: "exited" };

  async run({ command }: { command: string }, onOutput: (text: string) => void): Promise<CommandResult> {
    this.commands.push(command);
    onOutput(this.result.output);
    return this.result;
  }

  async script(command: string): Promise<string | undefined> {
    return this.scripts.get(command);
  }
}

type Answering = Answer | ((action: Action) => Answer | Promise<Answer>);

/** Answers in the given order; when nothing is left it waits until the task is stopped. */
export class ScriptedApprover implements Approver {
  readonly asked: Action[] = [];

  constructor(readonly answers: Answering[] = []) {}

  async ask(action: Action, _: readonly FileEdit[], signal: AbortSignal): Promise<Answer> {
    this.asked.push(action);
    const answer = this.answers.shift();
    if (answer === undefined) {
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
    }
    return typeof answer === "function" ? answer(action) : answer;
  }
}

/** Remembers for what a checkpoint was made, and says that each edit changed its files. */
export class RecordingCheckpoints implements Checkpoints {
  readonly deeds: Deed[] = [];

  async before(deed: Deed): Promise<OpenCheckpoint> {
    this.deeds.push(deed);
    const files = deed.edits.map(({ path }) => ({ path, change: "changed" as const }));
    return { id: `c${this.deeds.length}`, notes: [], finish: async () => (files.length > 0 ? files : undefined) };
  }
}

const noSearch: Search = { find: async () => ({ hits: [], more: false }) };

export interface Fakes {
  model: ScriptedModel;
  files: MemoryFiles;
  shell: RecordingShell;
  approver: ScriptedApprover;
  checkpoints: RecordingCheckpoints;
  approvals: Approvals;
  journaled: AgentEvent[];
  bugs: unknown[];
}

export function fakes(given: Partial<Fakes> = {}): Fakes {
  return {
    model: new ScriptedModel([]),
    files: new MemoryFiles(),
    shell: new RecordingShell(),
    approver: new ScriptedApprover(),
    checkpoints: new RecordingCheckpoints(),
    approvals: "ask-for-changes",
    journaled: [],
    bugs: [],
    ...given,
  };
}

export function portsOf(given: Fakes): TaskPorts {
  let ids = 0;
  return {
    model: () => given.model,
    files: given.files,
    search: noSearch,
    shell: given.shell,
    approver: given.approver,
    checkpoints: given.checkpoints,
    approvals: () => given.approvals,
    tools,
    maxSteps: 20,
    newId: () => `a${++ids}`,
    journal: {
      append: async (event) => {
        if (event.type !== "reply_delta") {
          given.journaled.push(event);
        }
      },
    },
    now: () => 0,
    reportBug: (error) => given.bugs.push(error),
  };
}

/** A task that has begun, in the mode given. */
export async function begunTask(given: Fakes, mode: "plan" | "act" = "act", history: AgentEvent[] = []): Promise<Task> {
  const task = new Task("t1", portsOf(given), history);
  if (history.length === 0) {
    await task.begin({ mode, title: "A task", endpoint: fakeEndpoint });
  }
  return task;
}

export const user = (text: string): Omit<Extract<NewEvent, { type: "user_said" }>, "type"> => ({
  text,
  attachments: [],
  by: "user",
});
