// The types of Hearth's API: `vscode.extensions.getExtension<HearthApi>("hearth.hearth")`.
export type Mode = "plan" | "act";

export type FinishReason = "answered" | "stopped" | "step_limit" | "stuck" | "model_failed" | "fixed" | "not_fixed" | "nothing_to_fix" | "failed";

export type AgentEvent = 
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "task_started";
      title: string;
      mode: "plan" | "act";
      endpoint: {
        name: string;
        model: string;
        baseUrl: string;
        locality: "machine" | "network" | "internet";
        practice: boolean;
        contextWindow?: number | undefined;
      };
      prompt: {
        system: string;
        tools: {
          name: string;
          description: string;
          parameters: unknown;
        }[];
      };
      goal?: {
        kind: "fix_test";
        test: {
          file: string;
          name: string;
          line: number;
          place?: number | undefined;
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
      attachments: {
        label: string;
        text: string;
      }[];
      by: "user" | "hearth";
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "turn_started";
      turn: number;
      estimatedTokens: number;
      characters?: number | undefined;
      endpoint: {
        name: string;
        model: string;
        baseUrl: string;
        locality: "machine" | "network" | "internet";
        practice: boolean;
        contextWindow?: number | undefined;
      };
    }
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
      calls: {
        id: string;
        name: string;
        arguments: string;
      }[];
      usage?: {
        promptTokens: number;
        completionTokens: number;
        cachedTokens?: number | undefined;
      } | undefined;
      timings: {
        firstTokenMs?: number | undefined;
        totalMs: number;
        tokensPerSecond?: number | undefined;
      };
      stop: "stop" | "length" | "aborted" | "error";
      trouble?: {
        code: string;
        message: string;
        remedy: string;
      } | undefined;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "plan_proposed";
      actionId: string;
      plan: {
        steps: {
          id: string;
          title: string;
          files: string[];
          check: string;
          done: boolean;
        }[];
      };
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "plan_changed";
      plan: {
        steps: {
          id: string;
          title: string;
          files: string[];
          check: string;
          done: boolean;
        }[];
      };
      by: "user" | "model" | "progress";
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "plan_approved";
      actionId: string;
      plan: {
        steps: {
          id: string;
          title: string;
          files: string[];
          check: string;
          done: boolean;
        }[];
      };
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "mode_changed";
      mode: "plan" | "act";
      by: "user" | "plan_approved";
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "action_proposed";
      action: {
        id: string;
        callId: string;
        tool: string;
        title: string;
        effect: 
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
        preview: 
          | {
              kind: "read";
              paths: string[];
            }
          | {
              kind: "edit";
              files: {
                path: string;
                status: "modified" | "created" | "deleted";
                added: number;
                removed: number;
                hunks: {
                  id: string;
                  oldStart: number;
                  oldLines: number;
                  newStart: number;
                  newLines: number;
                  lines: string[];
                }[];
                moved?: {
                  from: string;
                  added: number;
                  removed: number;
                  hunks: {
                    id: string;
                    oldStart: number;
                    oldLines: number;
                    newStart: number;
                    newLines: number;
                    lines: string[];
                  }[];
                } | undefined;
              }[];
            }
          | {
              kind: "command";
              command: string;
              cwd: string;
              script?: string | undefined;
              timeoutMs: number;
            }
          | {
              kind: "plan";
              plan: {
                steps: {
                  id: string;
                  title: string;
                  files: string[];
                  check: string;
                  done: boolean;
                }[];
              };
            }
          | {
              kind: "question";
              question: string;
              options: string[];
            };
        hash: string;
        again?: string | undefined;
      };
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "action_judged";
      actionId: string;
      verdict: "allow" | "ask" | "refuse";
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
      remark?: string | undefined;
      hunks?: string[] | undefined;
      hash: string;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "proposal_changed";
      actionId: string;
      files: {
        path: string;
        status: "modified" | "created" | "deleted";
        added: number;
        removed: number;
        hunks: {
          id: string;
          oldStart: number;
          oldLines: number;
          newStart: number;
          newLines: number;
          lines: string[];
        }[];
        moved?: {
          from: string;
          added: number;
          removed: number;
          hunks: {
            id: string;
            oldStart: number;
            oldLines: number;
            newStart: number;
            newLines: number;
            lines: string[];
          }[];
        } | undefined;
      }[];
      accepted: string[];
      rejected: string[];
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
      text: string;
      exitCode?: number | null | undefined;
      durationMs?: number | undefined;
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
      notes: string[];
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "restored";
      actionId?: string | undefined;
      checkpointId: string;
      files: string[];
      redo: boolean;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "recovered";
      actionId: string;
      how: "put_back" | "finished" | "kept";
      files: string[];
      left: string[];
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "committed";
      actionId?: string | undefined;
      commit?: string | undefined;
      subject: string;
      leftOut: {
        path: string;
        why: string;
      }[];
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "not_committed";
      actionId?: string | undefined;
      trouble: {
        code: string;
        message: string;
        remedy: string;
      };
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
      outcome: "passed" | "failed" | "missing" | "timed_out" | "not_run";
      text: string;
      durationMs: number;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "grant_requested";
      grantId: string;
      endpoint: {
        name: string;
        model: string;
        baseUrl: string;
        locality: "machine" | "network" | "internet";
        practice: boolean;
        contextWindow?: number | undefined;
      };
      bytes: number;
      redactions: number;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "grant_given";
      grantId: string;
      endpoint: {
        name: string;
        model: string;
        baseUrl: string;
        locality: "machine" | "network" | "internet";
        practice: boolean;
        contextWindow?: number | undefined;
      };
      maxRequests: number;
      maxBytes: number;
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
      why: "declined" | "user" | "task_ended" | "request_limit" | "byte_limit" | "window_closed";
      requests?: number | undefined;
      bytes?: number | undefined;
    }
  | {
      v: 1;
      seq: number;
      at: number;
      taskId: string;
      type: "context_compacted";
      why: "window" | "overflow";
      shortened: {
        callId: string;
        text: string;
      }[];
      replaced?: {
        before: number;
        text: string;
        by: "model" | "hearth";
        summary?: string | undefined;
      } | undefined;
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
      reason: "answered" | "stopped" | "step_limit" | "stuck" | "model_failed" | "fixed" | "not_fixed" | "nothing_to_fix" | "failed";
      text: string;
      trouble?: {
        code: string;
        message: string;
        remedy: string;
      } | undefined;
    };

export type Answer = {
  allow: boolean;
  remark?: string | undefined;
  hunks?: string[] | undefined;
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
