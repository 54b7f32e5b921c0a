// The types of Hearth's API: `vscode.extensions.getExtension<HearthApi>("hearth.hearth")`.

/** `plan`: reading only, held by the gate. `act`: everything, one approved action at a time. */
export type Mode = "plan" | "act";

/** `stuck`: the model went in circles or said nothing; the user decides how to go on. */
export type FinishReason = "answered" | "stopped" | "step_limit" | "stuck" | "model_failed" | "fixed" | "not_fixed" | "nothing_to_fix" | "failed";

/**
 * Everything that happens in a task. Journal, panel, tests and the exported API all speak it.
 * `seq`: Position in the task, from 0 without gaps for journaled events; order is this, never the clock.
 * `at`: Milliseconds since the epoch.
 */
export type AgentEvent = 
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "task_started";
      title: string;
      mode: Mode;
      endpoint: EndpointView;
      /** Frozen for the whole task, so that the prefix is byte-stable also after a resume or an update. */
      prompt: {
        system: string;
        tools: {
          name: string;
          description: string;
          parameters: unknown;
        }[];
      };
      /** Set by "Fix this test": the test whose passing report ends the task. */
      goal?: {
        kind: "fix_test";
        test: {
          file: string;
          name: string;
          /** 1-based. */
          line: number;
          /** Which of the file's tests of this name it is, from 0. */
          place?: number | undefined;
          /** SHA-256 (hex) of the file's text when the task began. */
          textHash?: string | undefined;
        };
        rounds: number;
      } | undefined;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "user_said";
      text: string;
      /** Selections and files the user attached; they are sent with the text. */
      attachments: {
        label: string;
        text: string;
      }[];
      /** `user`, or `hearth` when the harness speaks to the model (a test result, a nudge). */
      by: "user" | "hearth";
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "turn_started";
      turn: number;
      /** Of the request, before it is sent. */
      estimatedTokens: number;
      /** Characters of the request that the estimate was made from; with the server's own count it makes the next one better. */
      characters?: number | undefined;
      endpoint: EndpointView;
    }
  /** Live only, never journaled. For `call`, `text` is a piece of the arguments and `name` the tool. */
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "reply_delta";
      turn: number;
      kind: "text" | "reasoning" | "call";
      text: string;
      name?: string | undefined;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "reply_finished";
      turn: number;
      text: string;
      reasoning: string;
      calls: Call[];
      usage?: Usage | undefined;
      timings: Timings;
      stop: ReplyStop;
      trouble?: Trouble | undefined;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "plan_proposed";
      actionId: string;
      plan: Plan;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "plan_changed";
      plan: Plan;
      by: "user" | "model" | "progress";
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "plan_approved";
      actionId: string;
      plan: Plan;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "mode_changed";
      mode: Mode;
      by: "user" | "plan_approved";
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "action_proposed";
      action: Action;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "action_judged";
      actionId: string;
      verdict: "allow" | "ask" | "refuse";
      /** The name of the rule that decided, shown on the card. */
      rule: string;
      reason: string;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "action_answered";
      actionId: string;
      allow: boolean;
      /** Always reaches the model, with either answer. */
      remark?: string | undefined;
      /** The ids of the accepted hunks; absent means all. */
      hunks?: string[] | undefined;
      /** The action's own, or that of the texts as they stood when the user had changed them. */
      hash: string;
    }
  /** The user edited the proposal, typed in a file it is about, or decided on some of its parts. Nothing is written yet. */
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "proposal_changed";
      actionId: string;
      /** Files whose hunks changed, as they stand now; the others are as they were. */
      files: FileChange[];
      /** Hunks decided one by one so far. The others are open, and taken when the whole is accepted. */
      accepted: string[];
      rejected: string[];
      /** Open hunks over lines that the user typed in meanwhile: taken only when they are accepted one by one. */
      held: string[];
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "action_started";
      actionId: string;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "action_output";
      actionId: string;
      text: string;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "action_finished";
      actionId: string;
      callId: string;
      outcome: "done" | "failed" | "refused" | "cancelled";
      /** What the model reads as the result of its call. */
      text: string;
      /** Of a command; null when it ended without one. */
      exitCode?: number | null | undefined;
      durationMs?: number | undefined;
      /** For edits: the files that changed. */
      changed?: string[] | undefined;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "checkpoint_made";
      actionId: string;
      checkpointId: string;
      files: {
        path: string;
        change: "created" | "changed" | "deleted";
      }[];
      /** What cannot be taken back, in sentences. */
      notes: string[];
    }
  /** The user went back to before an action, or took such a step back again. */
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "restored";
      /** The first action taken back; absent: all of the task. */
      actionId?: string | undefined;
      checkpointId: string;
      files: string[];
      redo: boolean;
    }
  /** A crash had cut an action off half way, and the user said what is to become of it. */
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "recovered";
      actionId: string;
      /** `kept`: as a command left it, which cannot be taken up where it stopped. */
      how: "put_back" | "finished" | "kept";
      files: string[];
      /** Something else has changed these meanwhile. */
      left: string[];
    }
  /** What an action, or an undo, did to files became a commit of the user's repository. */
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "committed";
      /** Absent for an undo or a redo. */
      actionId?: string | undefined;
      /** The full hash; absent when no change could be committed. */
      commit?: string | undefined;
      subject: string;
      /** Changes that the commit does not hold, and why. */
      leftOut: {
        path: string;
        why: string;
      }[];
    }
  /** Git, a hook or the user refused. The files are as they were. */
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "not_committed";
      actionId?: string | undefined;
      trouble: Trouble;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "commits_squashed";
      commit: string;
      count: number;
      subject: string;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "verify_started";
      round: number;
      rounds: number;
      test: string;
      command: string;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "verdict_given";
      round: number;
      /** `missing`: the runner's report does not contain the test, so nothing was proved. */
      outcome: "passed" | "failed" | "missing" | "timed_out" | "not_run";
      text: string;
      durationMs: number;
    }
  /** The user looks at what would be sent to a model outside this machine. Nothing was sent. */
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "grant_requested";
      grantId: string;
      endpoint: EndpointView;
      bytes: number;
      redactions: number;
    }
  /** The user allowed it, for this task and within these limits. A grant is never taken up again from this record. */
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "grant_given";
      grantId: string;
      endpoint: EndpointView;
      maxRequests: number;
      maxBytes: number;
      /** Of the first request as it was shown: its body's bytes and their SHA-256 (hex). */
      bytes: number;
      sha256: string;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "grant_ended";
      grantId: string;
      why: GrantEnd;
      /** What was sent under it, as far as this window knows. */
      requests?: number | undefined;
      bytes?: number | undefined;
    }
  /** From here on the conversation is sent in a shorter form. What happened stays recorded; only what is sent changes. */
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "context_compacted";
      /** `window`: it would not have fitted. `overflow`: the server refused it. */
      why: "window" | "overflow";
      /** Results of calls that are sent as this text instead. */
      shortened: {
        callId: string;
        text: string;
      }[];
      /** One user message that stands for everything before the event with this number. */
      replaced?: {
        before: number;
        text: string;
        by: "model" | "hearth";
        /** The part of the text that the model wrote, kept for later compactions. */
        summary?: string | undefined;
      } | undefined;
      /** The most tokens that a prompt may have here, and what it had before and has now: all estimated. */
      limit: number;
      tokensBefore: number;
      tokensAfter: number;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "paused";
      why: string;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "resumed";
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "finished";
      reason: FinishReason;
      text: string;
      trouble?: Trouble | undefined;
    };

/** The user's answer to one action. */
export type Answer = {
  allow: boolean;
  remark?: string | undefined;
  /** Ids of accepted hunks; absent means all. */
  hunks?: string[] | undefined;
};

/** Where the bytes of a request go, decided on the connected address and not on the text of a URL. */
export type Locality = "machine" | "network" | "internet";

/** An endpoint as people see it. */
export type EndpointView = {
  /** The profile's name from `hearth.endpoints`, or a found server's own name ("Ollama"). */
  name: string;
  model: string;
  baseUrl: string;
  locality: Locality;
  /** A script that answers like a model. Every place that shows the model's name must say so. */
  practice: boolean;
  /** Tokens the server has configured now; absent when it does not say. */
  contextWindow?: number | undefined;
};

/** What an action would do, as the gate judges it. Paths are workspace-relative with forward slashes. */
export type Effect = 
  | {
      kind: "read";
      paths: string[];
    }
  | {
      kind: "edit";
      paths: string[];
    }
  | {
      kind: "command";
      command: string;
      cwd: string;
    }
  | {
      kind: "plan";
    }
  | {
      kind: "question";
    };

/** One hunk of a proposal. `lines` carry the unified-diff prefixes ` `, `-`, `+` and `\`; numbers are 1-based. */
export type Hunk = {
  id: string;
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  lines: string[];
};

export type FileChange = {
  path: string;
  status: "modified" | "created" | "deleted";
  added: number;
  removed: number;
  hunks: Hunk[];
  /** Of a created file that takes another's place: which, and how their texts differ. Its own hunks are what is decided. */
  moved?: {
    from: string;
    added: number;
    removed: number;
    hunks: Hunk[];
  } | undefined;
};

/** What the approval card shows. It is the real thing, never the model's description of it. */
export type Preview = 
  | {
      kind: "read";
      paths: string[];
    }
  | {
      kind: "edit";
      files: FileChange[];
    }
  | {
      kind: "command";
      command: string;
      /** Workspace-relative; `.` is the workspace root. */
      cwd: string;
      /** The text behind `npm run x` and the like, when the command names a script of the workspace. */
      script?: string | undefined;
      timeoutMs: number;
    }
  | {
      kind: "plan";
      plan: Plan;
    }
  | {
      kind: "question";
      question: string;
      options: string[];
    };

/** One tool call made concrete. `hash` is the SHA-256 (hex) of exactly what would be executed. */
export type Action = {
  id: string;
  callId: string;
  tool: string;
  title: string;
  effect: Effect;
  preview: Preview;
  hash: string;
  /** Set when this action stands again because what it was bound to had changed: what changed. */
  again?: string | undefined;
};

/** A tool call as the model wrote it. `arguments` is JSON text, unless what it wrote could not be read as such. */
export type Call = {
  id: string;
  name: string;
  arguments: string;
};

/** Tokens as the server counted them. */
export type Usage = {
  promptTokens: number;
  completionTokens: number;
  /** Prompt tokens served from the server's prefix cache, where it reports them. */
  cachedTokens?: number | undefined;
};

export type Timings = {
  /** From sending the request to the first text, reasoning or call. */
  firstTokenMs?: number | undefined;
  totalMs: number;
  /** Generation speed: reported by the server, else completion tokens over the time after the first token. */
  tokensPerSecond?: number | undefined;
};

/** A failure as a person reads it: what happened, and what to do. */
export type Trouble = {
  code: string;
  message: string;
  remedy: string;
};

/** Why a reply ended. `stop` covers replies with calls too: a complete call decides, not the server's finish reason. */
export type ReplyStop = "stop" | "length" | "aborted" | "error";

/** `window_closed`: a reload or a crash; what waited to be allowed, or was allowed, is void. */
export type GrantEnd = "declined" | "user" | "task_ended" | "request_limit" | "byte_limit" | "window_closed";

/** A plan is data: the user can edit, reorder, delete and add steps before approving it. */
export type Plan = {
  steps: Step[];
};

/** One step of a plan, as the model proposes it and the user edits it. */
export type Step = {
  id: string;
  title: string;
  /** Workspace-relative files the step concerns. */
  files: string[];
  /** How it will be checked, in words or as a command. */
  check: string;
  done: boolean;
};

/** How a task ended. */
export interface Outcome {
  reason: FinishReason;
  /** The model's last words, or why it stopped. */
  text: string;
  /** Workspace-relative paths of the files that changed. */
  changed: string[];
}

/** What `activate()` returns to other extensions. */
export interface HearthApi {
  readonly version: 1;
  /**
   * Starts a task in this window and shows it in the panel. `endpoint` is a name from `hearth.endpoints` or of a found
   * server; without it the user's chosen model is used. `finished` rejects with an `AgentError` when there is no model.
   */
  startTask(request: { text: string; mode: Mode; endpoint?: string }): { id: string; finished: Promise<Outcome> };
  /** Stops a task; what it did so far stays. */
  stop(id: string): void;
  onEvent(listener: (event: AgentEvent) => void): { dispose(): void };
  /** Only in the extension's test mode: answers an approval that is open. False when there is none. */
  answer?(actionId: string, answer: Answer): boolean;
}
