import type { Effect, Mode } from "../events";

/** `hearth.approvals`: how much asks. */
export type Approvals = "ask-everything" | "ask-for-changes" | "trust-this-task";

/** What is true of an action's paths on this machine now; never a claim of the model. */
export interface Facts {
  /** A path whose resolved target lies outside the workspace. */
  outside: string | undefined;
  /** A path that programs obey or that holds settings, such as `.git` or `package.json` hooks. */
  protectedPath: string | undefined;
  /** A path that looks like it holds secrets. */
  secret: string | undefined;
}

export interface Policy {
  approvals: Approvals;
  mode: Mode;
  /** The user has accepted an edit of this task; `trust-this-task` starts there. */
  trusted: boolean;
}

export interface Judgement {
  verdict: "allow" | "ask" | "refuse";
  /** A stable name, shown on the card and kept in the journal. */
  rule: string;
  /** One sentence for the user; for a refusal it is also what the model is told. */
  reason: string;
}

/** Judges one action. Pure: its inputs are the action, the user's own settings and facts about the machine. */
export function decide(effect: Effect, policy: Policy, facts: Facts): Judgement {
  switch (effect.kind) {
    case "read":
      return decideRead(policy, facts);
    case "edit":
      return decideEdit(policy, facts);
    case "command":
      return decideCommand(policy);
    case "plan":
      return { verdict: "ask", rule: "plan-is-yours", reason: "A plan is carried out only after you approve it." };
    case "question":
      return { verdict: "ask", rule: "question", reason: "The model asks you something." };
  }
}

function decideRead(policy: Policy, facts: Facts): Judgement {
  if (facts.outside !== undefined) {
    return { verdict: "ask", rule: "outside-workspace", reason: `${facts.outside} is outside the workspace.` };
  }
  if (facts.secret !== undefined) {
    return { verdict: "ask", rule: "secret-like-file", reason: `${facts.secret} looks like it holds secrets.` };
  }
  if (policy.approvals === "ask-everything") {
    return { verdict: "ask", rule: "ask-everything", reason: "Your settings ask before everything." };
  }
  return { verdict: "allow", rule: "read-in-workspace", reason: "Reading inside the workspace runs without asking." };
}

function decideEdit(policy: Policy, facts: Facts): Judgement {
  if (policy.mode === "plan") {
    return {
      verdict: "refuse",
      rule: "plan-mode",
      reason: "Plan mode only reads: no file was changed. Propose a plan; edits come after the user approves it.",
    };
  }
  if (facts.outside !== undefined) {
    return { verdict: "ask", rule: "outside-workspace", reason: `${facts.outside} is outside the workspace.` };
  }
  if (facts.protectedPath !== undefined) {
    return {
      verdict: "ask",
      rule: "protected-path",
      reason: `${facts.protectedPath} makes other programs act, so it always asks.`,
    };
  }
  if (facts.secret !== undefined) {
    return { verdict: "ask", rule: "secret-like-file", reason: `${facts.secret} looks like it holds secrets.` };
  }
  if (policy.approvals === "trust-this-task" && policy.trusted) {
    return {
      verdict: "allow",
      rule: "trust-this-task",
      reason: "You accepted an edit of this task, and your settings then trust the others.",
    };
  }
  return { verdict: "ask", rule: "edits-ask", reason: "Every edit asks before it is written." };
}

function decideCommand(policy: Policy): Judgement {
  if (policy.mode === "plan") {
    return {
      verdict: "refuse",
      rule: "plan-mode",
      reason:
        "Plan mode only reads: the command was not run. Propose a plan; commands come after the user approves it.",
    };
  }
  return { verdict: "ask", rule: "commands-ask", reason: "Every command asks before it runs." };
}
