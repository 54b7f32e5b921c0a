import { AgentError } from "../core/errors";

/** Permission for one task to send to one origin outside this machine. It lives in memory: a reload ends it. */
export interface Grant {
  id: string;
  taskId: string;
  /** `scheme://host:port`, as `readTarget` spells it. */
  origin: string;
  model: string;
  maxRequests: number;
  /** Bytes of request bodies, in all. */
  maxBytes: number;
  /** SHA-256 (hex) of the body that the user was shown: the first request is exactly that one. */
  firstBody: string;
}

export interface GrantState extends Grant {
  requests: number;
  bytes: number;
}

/** A request that wants to leave this machine. */
export interface Leaving {
  taskId: string | undefined;
  origin: string;
  model: string | undefined;
  body: Uint8Array;
}

/** The grants that stand now. Nothing outlives its task, its limits or this window. */
export class Grants {
  private readonly standing = new Map<string, GrantState>();
  private readonly listeners = new Set<() => void>();

  give(grant: Grant): void {
    this.standing.set(grant.id, { ...grant, requests: 0, bytes: 0 });
    this.tell();
  }

  /** Ends one grant, or all grants of a task. */
  end(which: { id: string } | { taskId: string }): void {
    for (const grant of [...this.standing.values()]) {
      if ("id" in which ? grant.id === which.id : grant.taskId === which.taskId) {
        this.standing.delete(grant.id);
      }
    }
    this.tell();
  }

  get active(): readonly GrantState[] {
    return [...this.standing.values()].map((grant) => ({ ...grant }));
  }

  onChange(listener: () => void): { dispose(): void } {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  /**
   * Takes one request out of the task's grant before anything is sent. Undefined when the task has none for this place;
   * throws an `AgentError` when the grant is used up or the request is not the one that was shown.
   */
  async claim(leaving: Leaving): Promise<Grant | undefined> {
    const hash = await sha256(leaving.body);
    const grant = [...this.standing.values()].find(
      (one) => one.taskId === leaving.taskId && one.origin === leaving.origin && one.model === leaving.model,
    );
    if (grant === undefined) {
      return undefined;
    }
    if (grant.requests === 0 && hash !== grant.firstBody) {
      throw refused("What would be sent is not what you were shown.", "Look at the preview again and approve it anew.");
    }
    if (grant.requests >= grant.maxRequests || grant.bytes + leaving.body.byteLength > grant.maxBytes) {
      this.end({ id: grant.id });
      throw refused("The limit that you set for this task is reached.", "Go on with a local model, or allow more.");
    }
    grant.requests += 1;
    grant.bytes += leaving.body.byteLength;
    this.tell();
    return { ...grant };
  }

  private tell(): void {
    for (const listener of this.listeners) {
      listener();
    }
  }
}

export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(bytes));
  return Buffer.from(digest).toString("hex");
}

function refused(message: string, remedy: string): AgentError {
  return new AgentError("grant_refused", `${message} Nothing was sent.`, remedy);
}
