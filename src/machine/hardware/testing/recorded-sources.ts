import type { Printed, Sources } from "../sources";

export interface Recorded {
  platform?: NodeJS.Platform;
  env?: NodeJS.ProcessEnv;
  files?: Readonly<Record<string, string>>;
  /** By program and first argument, or by program alone: what it prints; a number is a failure with that text below. */
  programs?: Readonly<Record<string, string | { fails: string }>>;
  /** Programs that never end. */
  hanging?: readonly string[];
}

/** Sources that tell what was recorded on another machine, and which programs were asked for. */
export class RecordedSources implements Sources {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  readonly started: string[] = [];

  constructor(private readonly recorded: Recorded) {
    this.platform = recorded.platform ?? "linux";
    this.env = recorded.env ?? {};
  }

  totalBytes(): number {
    return 17_179_869_184;
  }

  freeBytes(): number {
    return 8_589_934_592;
  }

  async readText(path: string): Promise<string | undefined> {
    return this.recorded.files?.[path];
  }

  async list(folder: string): Promise<string[]> {
    const names = Object.keys(this.recorded.files ?? {})
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => path.slice(folder.length + 1).split("/")[0] ?? "");
    return [...new Set(names)];
  }

  async run(file: string, args: readonly string[], signal: AbortSignal): Promise<Printed | undefined> {
    this.started.push([file, ...args].join(" "));
    if (this.recorded.hanging?.includes(file)) {
      await new Promise((done) => signal.addEventListener("abort", done, { once: true }));
      return { ok: false, text: "" };
    }
    const printed = this.recorded.programs?.[[file, ...args].join(" ")] ?? this.recorded.programs?.[file];
    if (printed === undefined) {
      return undefined;
    }
    return typeof printed === "string" ? { ok: true, text: printed } : { ok: false, text: printed.fails };
  }
}
