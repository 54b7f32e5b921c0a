import { AgentError } from "../core/errors";

/** Permission for one task to send to one model outside this machine. It lives in memory: a reload ends it. */
export interface Grant {
  id: string;
  taskId: string;
  /** The endpoint's name, as the user configured it. */
  endpoint: string;
  /** `scheme://host:port`, as `readTarget` spells it. */
  origin: string;
  model: string;
  maxRequests: number;
  /** Bytes of request bodies, in all. */
  maxBytes: number;
  /** The body that the user was shown: the first request is exactly that one. */
  shown: Uint8Array;
  /** Bytes of it with which every later request begins: all but its end, where new turns are added. */
  lasting: number;
}

export interface GrantState extends Grant {
  requests: number;
  bytes: number;
}

/** A request that wants to leave this machine. */
export interface Leaving {
  taskId: string | undefined;
  endpoint: string | undefined;
  origin: string;
  model: string | undefined;
  body: Uint8Array;
}

/** One request taken out of a grant. */
export interface Claim {
  id: string;
  /** Bytes of the body that the user was shown before. */
  shownBytes: number;
  /** Aborted with an `AgentError` when the grant ends before the answer does. */
  signal: AbortSignal;
}

/** A grant that one of its limits has ended, with what was sent under it. */
export interface Over {
  state: GrantState;
  why: "request_limit" | "byte_limit";
}

interface Standing {
  state: GrantState;
  ending: AbortController;
}

/** The grants that stand now. Nothing outlives its task, its limits or this window. */
export class Grants {
  private readonly standing = new Map<string, Standing>();
  private readonly listeners = new Set<(over?: Over) => void>();

  give(grant: Grant): void {
    this.standing.set(grant.id, { state: { ...grant, requests: 0, bytes: 0 }, ending: new AbortController() });
    this.tell();
  }

  /** Ends one grant, or all grants of a task. A request of theirs that is under way is broken off. */
  end(which: { id: string } | { taskId: string }): void {
    for (const { state, ending } of [...this.standing.values()]) {
      if ("id" in which ? state.id === which.id : state.taskId === which.taskId) {
        this.standing.delete(state.id);
        ending.abort(ended());
      }
    }
    this.tell();
  }

  get active(): readonly GrantState[] {
    return [...this.standing.values()].map(({ state }) => ({ ...state }));
  }

  onChange(listener: (over?: Over) => void): { dispose(): void } {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  /**
   * Takes one request out of the task's grant before anything is sent. Undefined when the task has none for this place;
   * throws an `AgentError`: "grant_limit" when the grant is used up, "grant_refused" when the request does not hold what
   * was shown.
   */
  claim(leaving: Leaving): Claim | undefined {
    const found = [...this.standing.values()].find(({ state }) => isFor(state, leaving));
    if (found === undefined) {
      return undefined;
    }
    const { state, ending } = found;
    const { body } = leaving;
    if (!isAsShown(state, body)) {
      throw refused("What would be sent is not what you were shown.", "Look at the preview again and approve it anew.");
    }
    const why = limitReached(state, body.byteLength);
    if (why !== undefined) {
      this.standing.delete(state.id); // what was allowed and is under way may still be answered
      this.tell({ state: { ...state }, why });
      throw atLimit();
    }
    const shownBytes = state.requests === 0 ? body.byteLength : state.lasting;
    state.requests += 1;
    state.bytes += body.byteLength;
    this.tell();
    return { id: state.id, shownBytes, signal: ending.signal };
  }

  private tell(over?: Over): void {
    for (const listener of this.listeners) {
      listener(over);
    }
  }
}

function limitReached({ requests, maxRequests, bytes, maxBytes }: GrantState, more: number): Over["why"] | undefined {
  if (requests >= maxRequests) {
    return "request_limit";
  }
  return bytes + more > maxBytes ? "byte_limit" : undefined;
}

function isFor(state: GrantState, { taskId, endpoint, origin, model }: Leaving): boolean {
  return state.taskId === taskId && state.endpoint === endpoint && state.origin === origin && state.model === model;
}

/** The first request is what was shown; later ones hold all of that first, and new turns after it. */
function isAsShown({ shown, lasting, requests }: GrantState, body: Uint8Array): boolean {
  const length = requests === 0 ? shown.byteLength : lasting;
  const isLongEnough = requests === 0 ? body.byteLength === length : body.byteLength > length;
  return isLongEnough && Buffer.compare(shown.subarray(0, length), body.subarray(0, length)) === 0;
}

function ended(): AgentError {
  return new AgentError(
    "grant_ended",
    "The permission to send this task out ended before the answer was complete.",
    "Retry goes on with your model on this machine.",
  );
}

function atLimit(): AgentError {
  return new AgentError(
    "grant_limit",
    "The limit that you set for sending this task out is reached. Nothing more was sent.",
    "It goes on with your model on this machine. To allow more, send it out again.",
  );
}

function refused(message: string, remedy: string): AgentError {
  return new AgentError("grant_refused", `${message} Nothing was sent.`, remedy);
}
