/** What the server is doing, as far as one can tell from outside. Times in milliseconds. */
export type ModelStatus =
  /** Another request of ours is at work on this server. */
  | { phase: "queued" }
  /** What was stopped before is still being finished there. */
  | { phase: "finishing" }
  /** Nothing has come yet: it reads the prompt. `progress` (0 to 1) is the server's own word, `expectedMs` our estimate. */
  | { phase: "reading"; elapsedMs: number; progress?: number; expectedMs?: number }
  | { phase: "writing" }
  /** It had begun to write and has said nothing for a while. `alive`: whether it answers other questions. */
  | { phase: "silent"; elapsedMs: number; alive: boolean | undefined }
  /** It loads the model. */
  | { phase: "loading"; elapsedMs: number }
  | { phase: "done" };

export interface WatchOptions {
  now: () => number;
  tell: (status: ModelStatus) => void;
  isAlive: () => Promise<boolean | undefined>;
  /** How long the prompt should take, when this model's speed is known. */
  expectedMs: number | undefined;
  tickMs?: number;
  /** Silence that is worth a word, once the server has begun to write. */
  silentMs?: number;
}

const usualTickMs = 1_000;
const usualSilentMs = 20_000;

/** Tells what a server does while nothing else can be seen of it. It never ends a request: only the user does that. */
export class Watch {
  private readonly timer: NodeJS.Timeout;
  private lastByte: number;
  private begun = false;
  private progress: number | undefined;
  private alive: boolean | undefined;
  private asking = false;

  constructor(private readonly options: WatchOptions) {
    this.lastByte = options.now();
    this.timer = setInterval(() => this.tick(), options.tickMs ?? usualTickMs);
  }

  /** The server sent something that is part of the reply. */
  wrote(): void {
    this.lastByte = this.options.now();
    this.alive = undefined;
    if (!this.begun) {
      this.begun = true;
      this.options.tell({ phase: "writing" });
    }
  }

  /** The server says how far it is with the prompt. */
  read(progress: number): void {
    this.progress = progress;
    if (!this.begun) {
      this.tellReading();
    }
  }

  end(): void {
    clearInterval(this.timer);
    this.options.tell({ phase: "done" });
  }

  private tick(): void {
    const elapsedMs = this.options.now() - this.lastByte;
    if (!this.begun) {
      this.tellReading();
    } else if (elapsedMs >= (this.options.silentMs ?? usualSilentMs)) {
      this.ask();
      this.options.tell({ phase: "silent", elapsedMs, alive: this.alive });
    }
  }

  private tellReading(): void {
    const { now, tell, expectedMs } = this.options;
    tell({
      phase: "reading",
      elapsedMs: now() - this.lastByte,
      ...(this.progress === undefined ? {} : { progress: this.progress }),
      ...(expectedMs === undefined ? {} : { expectedMs }),
    });
  }

  private ask(): void {
    if (this.asking) {
      return;
    }
    this.asking = true;
    this.options.isAlive().then(
      (alive) => {
        this.alive = alive;
        this.asking = false;
      },
      () => {
        this.asking = false;
      },
    );
  }
}
