import type { Trouble } from "./events";

/** Something a person can act on. Anything else that is thrown is a bug in this extension. */
export class AgentError extends Error {
  override readonly name = "AgentError";

  /** `remedy` tells the user what to do, in one sentence. */
  constructor(
    readonly code: string,
    message: string,
    readonly remedy: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get trouble(): Trouble {
    return { code: this.code, message: this.message, remedy: this.remedy };
  }
}

/** What the user reads of anything else. Its own words mean nothing to them: they are for the log. */
export function bugTrouble(): Trouble {
  return {
    code: "bug",
    message: "Something in Hearth failed that should not have.",
    remedy: "This is a bug in Hearth: Output → Hearth has the details for a report. You can go on with a new message.",
  };
}

/** The model's mistake: it goes back to the model as the result of its call. */
export class ToolFailure extends Error {
  override readonly name = "ToolFailure";
}

/** A file is not what an edit was made for any more, and nothing was written. */
export class FileMoved extends ToolFailure {}
