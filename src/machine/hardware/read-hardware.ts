import type { ProcessRunner } from "../process/process-runner";
import type { GraphicsDevice, GraphicsReading, Hardware } from "./hardware";
import { parseProcessor, readLinuxGraphics, readLinuxPlace, readLinuxRam } from "./linux";
import { readMac } from "./macos";
import { machineSources, type Sources } from "./sources";
import { readWindowsGraphics } from "./windows";

const timeoutMs = 2_000;
const freshForMs = 20_000;

const platforms: Partial<Record<NodeJS.Platform, Hardware["platform"]>> = {
  linux: "linux",
  darwin: "macos",
  win32: "windows",
};

/** Reads this computer's memory, in the background: at most two seconds, at most every 20 seconds, and never an error. */
export class HardwareReader {
  private last: { at: number; reading: Promise<Hardware> } | undefined;

  constructor(
    programs: Pick<ProcessRunner, "runProgram">,
    private readonly sources: Sources = machineSources(programs, timeoutMs),
    private readonly now: () => number = Date.now,
    private readonly limitMs = timeoutMs,
  ) {}

  /** `fresh`: free memory as it is now, for a page that was just opened. */
  read(options: { fresh?: boolean } = {}): Promise<Hardware> {
    const at = this.now();
    const isUsable = this.last !== undefined && at - this.last.at < freshForMs && !options.fresh;
    if (this.last === undefined || !isUsable) {
      this.last = { at, reading: readHardware(this.sources, this.limitMs, at) };
    }
    return this.last.reading;
  }
}

/** What was read within the time; the rest is absent, and `notes` says so. */
export async function readHardware(sources: Sources, limitMs: number, at: number): Promise<Hardware> {
  const found = new Reading(sources, at);
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((done) => {
    timer = setTimeout(() => {
      found.isLate = true;
      stop.abort();
      done();
    }, limitMs);
  });
  await Promise.race([found.readAll(stop.signal), over]);
  clearTimeout(timer);
  return found.result();
}

/** Collects what is known so far, so that a reading that is cut short still tells something. */
class Reading {
  isLate = false;
  private readonly platform: Hardware["platform"];
  private place: Hardware["place"] = "machine";
  private processor: string | undefined;
  private ram: Hardware["ram"] = {};
  private isLimited = false;
  private graphics: GraphicsReading | undefined;
  private failure: string | undefined;

  constructor(
    private readonly sources: Sources,
    private readonly at: number,
  ) {
    this.platform = platforms[sources.platform] ?? "other";
  }

  async readAll(signal: AbortSignal): Promise<void> {
    try {
      await this.read(signal);
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
  }

  result(): Hardware {
    const { platform, place, processor, ram, graphics, at } = this;
    return {
      at,
      platform,
      place,
      ...(processor === undefined ? {} : { processor }),
      ram,
      ...(this.knownGraphics === undefined ? {} : { graphics: this.knownGraphics }),
      isShared: graphics?.isShared ?? false,
      notes: this.notes(),
    };
  }

  private async read(signal: AbortSignal): Promise<void> {
    const { sources } = this;
    switch (this.platform) {
      case "linux": {
        this.place = await readLinuxPlace(sources);
        ({ ram: this.ram, isLimited: this.isLimited } = await readLinuxRam(sources));
        this.processor = parseProcessor((await sources.readText("/proc/cpuinfo")) ?? "");
        this.graphics = await readLinuxGraphics(sources, this.ram, signal);
        return;
      }
      case "macos":
        ({ ram: this.ram, processor: this.processor, reading: this.graphics } = await readMac(sources, signal));
        return;
      case "windows":
        this.ram = { totalBytes: sources.totalBytes(), availableBytes: sources.freeBytes() };
        this.graphics = await readWindowsGraphics(sources, this.ram, signal);
        return;
      default:
        this.ram = { totalBytes: sources.totalBytes(), availableBytes: sources.freeBytes() };
    }
  }

  /** Inside a container or WSL, seeing no card does not mean that there is none. */
  private get knownGraphics(): GraphicsDevice[] | undefined {
    const found = this.graphics?.graphics;
    return found?.length === 0 && this.place !== "machine" ? undefined : found;
  }

  private notes(): string[] {
    const { graphics, failure } = this;
    return [
      ...(graphics?.notes ?? []),
      ...(this.knownGraphics === undefined ? ["Graphics memory could not be read; you can set it by hand."] : []),
      ...(this.isLate ? ["Reading it took too long and was cut short."] : []),
      ...(failure === undefined ? [] : [`Reading it failed: ${failure}`]),
      ...(this.isLimited ? ["The RAM is that which this container or service may use."] : []),
      ...placeNotes(this.place),
    ];
  }
}

function placeNotes(place: Hardware["place"]): string[] {
  switch (place) {
    case "wsl":
      return ["This is the Linux inside Windows: a model server on Windows itself has other memory."];
    case "container":
      return ["This is a container: a model server outside of it may have other memory and graphics."];
    default:
      return [];
  }
}
