import { AgentError } from "../../core/errors";
import type { Gateway } from "../../net/gateway";
import { detectServer } from "../find/detect";
import type { FoundModel, FoundServer } from "../find/found";
import { Probe } from "../find/probe";
import {
  deleteOllamaModel,
  derivedName,
  deriveOllamaModel,
  leastWindow,
  loadLmStudioModel,
  loadOllamaModel,
  unloadLmStudioModel,
  type WindowFix,
} from "./widen";

export type OneClickFix = Exclude<WindowFix, { kind: "restart" }>;

/** A model as it answers now: use this name everywhere, or the server loads one after the other. */
export interface Widened {
  model: string;
  window: number;
}

/** What of a model lay in graphics memory before and lies there now, to tell that a larger window pushed it out. */
const stillOnGpu = 0.95;
const longestRestoreMs = 60_000;

/**
 * Gives a model a larger window: the one proposed, or the largest below it that the server can load without pushing the
 * model out of graphics memory. Throws an `AgentError` when none can be had, and the signal's reason when stopped.
 */
export async function applyFix(
  gateway: Gateway,
  server: FoundServer,
  model: FoundModel,
  fix: OneClickFix,
  signal: AbortSignal,
): Promise<Widened> {
  const way = fix.kind === "derive" ? new Derived(gateway, server, model) : new Loaded(gateway, server, model);
  let failure: unknown;
  for (const window of stepsFrom(fix.window)) {
    try {
      const name = await way.take(window, signal);
      const now = (await lookAt(gateway, server, signal))?.models.find((one) => one.id === name);
      const isLast = window / 2 < leastWindow;
      if (isLast || !isPushedOut(model, now)) {
        return { model: name, window: now?.contextWindow ?? window };
      }
      await way.giveBack(name);
    } catch (error) {
      failure = error;
    }
    if (signal.aborted) {
      break;
    }
  }
  await way.restore();
  signal.throwIfAborted();
  throw (
    failure ??
    new AgentError("not_done", "The server could not give the model a larger window.", "Try a smaller model.")
  );
}

function stepsFrom(window: number): number[] {
  const steps: number[] = [];
  for (let step = window; step >= Math.min(leastWindow, window); step = Math.floor(step / 2 / 4_096) * 4_096) {
    steps.push(step);
    if (step < 8_192) {
      break;
    }
  }
  return steps;
}

function isPushedOut(before: FoundModel, now: FoundModel | undefined): boolean {
  return (before.onGpu ?? 0) >= stillOnGpu && now?.onGpu !== undefined && now.onGpu < stillOnGpu;
}

function lookAt(gateway: Gateway, { root }: FoundServer, signal: AbortSignal): Promise<FoundServer | undefined> {
  return detectServer(new Probe(gateway, root, signal));
}

/** What was begun is taken back also after the user has stopped it. */
function restoring(): AbortSignal {
  return AbortSignal.timeout(longestRestoreMs);
}

/** Ollama: a further name for the same weights. A name that the user has given to something else is left alone. */
class Derived {
  private readonly made = new Set<string>();

  constructor(
    private readonly gateway: Gateway,
    private readonly server: FoundServer,
    private readonly model: FoundModel,
  ) {}

  async take(window: number, signal: AbortSignal): Promise<string> {
    const { gateway, server, model } = this;
    const wanted = derivedName(model.id, window);
    const there = server.models.find((one) => one.id === wanted);
    const name = there === undefined || there.contextWindow === window ? wanted : `${wanted}-hearth`;
    if (there?.id !== name) {
      await deriveOllamaModel(gateway, server.root, { kind: "derive", from: model.id, name, window }, signal);
      this.made.add(name);
    }
    try {
      await loadOllamaModel(gateway, server.root, name, signal);
    } catch (error) {
      await this.giveBack(name);
      throw error;
    }
    return name;
  }

  async giveBack(name: string): Promise<void> {
    if (this.made.delete(name)) {
      await deleteOllamaModel(this.gateway, this.server.root, name, restoring());
    }
  }

  async restore(): Promise<void> {
    for (const name of [...this.made]) {
      await this.giveBack(name);
    }
  }
}

/** LM Studio: the model is taken out of memory and loaded anew, because both would hardly fit. */
class Loaded {
  constructor(
    private readonly gateway: Gateway,
    private readonly server: FoundServer,
    private readonly model: FoundModel,
  ) {}

  async take(window: number, signal: AbortSignal): Promise<string> {
    const { gateway, server, model } = this;
    await this.giveBack(model.id);
    return loadLmStudioModel(gateway, server.root, { kind: "load", model: model.id, window }, signal);
  }

  async giveBack(name: string): Promise<void> {
    await unloadLmStudioModel(this.gateway, this.server.root, name, restoring());
  }

  async restore(): Promise<void> {
    const window = this.model.contextWindow;
    if (window !== undefined && this.model.loaded === true) {
      const fix = { kind: "load" as const, model: this.model.id, window };
      await loadLmStudioModel(this.gateway, this.server.root, fix, restoring());
    }
  }
}
