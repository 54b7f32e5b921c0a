import { type GraphicsDevice, type GraphicsReading, mebibyte } from "./hardware";
import type { Sources } from "./sources";

const args = ["--query-gpu=index,name,memory.total,memory.free,memory.used", "--format=csv,noheader,nounits"];

/** Undefined when there is no NVIDIA driver here. */
export async function readNvidia(sources: Sources, ramBytes: number | undefined, signal: AbortSignal) {
  for (const file of placesOfNvidiaSmi(sources)) {
    const printed = await sources.run(file, args, signal);
    if (printed?.ok) {
      return readingOf(parseNvidiaSmi(printed.text), ramBytes);
    }
    if (printed !== undefined) {
      return signal.aborted ? undefined : failedReading(printed.text);
    }
  }
  return undefined;
}

/** Not always on the PATH: Windows keeps it in one of two folders, WSL in its own. */
function placesOfNvidiaSmi({ platform, env }: Sources): string[] {
  if (platform === "win32") {
    const { SystemRoot = "C:\\Windows", ProgramFiles = "C:\\Program Files" } = env;
    return [
      "nvidia-smi",
      `${SystemRoot}\\System32\\nvidia-smi.exe`,
      `${ProgramFiles}\\NVIDIA Corporation\\NVSMI\\nvidia-smi.exe`,
    ];
  }
  return platform === "linux" ? ["nvidia-smi", "/usr/lib/wsl/lib/nvidia-smi"] : [];
}

/** Lines such as `0, NVIDIA GeForce RTX 4090, 24564, 23123, 1021`; MiB, or `[N/A]` where the memory is the RAM. */
export function parseNvidiaSmi(text: string): GraphicsDevice[] {
  return text.split("\n").flatMap((line) => {
    const found = /^\s*\d+\s*,\s*(.+?)\s*,\s*([^,]+?)\s*,\s*([^,]+?)\s*,\s*([^,]+?)\s*$/.exec(line);
    if (found === null) {
      return [];
    }
    const [, name = "", total = "", free = ""] = found;
    const totalBytes = megabytes(total);
    const freeBytes = megabytes(free);
    return [
      {
        name,
        ...(totalBytes === undefined ? {} : { totalBytes }),
        ...(freeBytes === undefined ? {} : { freeBytes }),
      },
    ];
  });
}

function megabytes(text: string): number | undefined {
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * mebibyte : undefined;
}

function readingOf(devices: GraphicsDevice[], ramBytes: number | undefined): GraphicsReading | undefined {
  if (devices.length === 0) {
    return undefined;
  }
  if (devices.some(({ totalBytes }) => totalBytes !== undefined)) {
    return { graphics: devices.filter(({ totalBytes }) => totalBytes !== undefined), isShared: false, notes: [] };
  }
  const [first] = devices;
  const note = `${first?.name ?? "The graphics processor"} uses the RAM as its memory.`;
  const shared = { name: first?.name ?? "NVIDIA", ...(ramBytes === undefined ? {} : { totalBytes: ramBytes }) };
  return { graphics: ramBytes === undefined ? undefined : [shared], isShared: true, notes: [note] };
}

function failedReading(text: string): GraphicsReading {
  const said = text.trim().split("\n")[0]?.slice(0, 160) ?? "";
  const note = `nvidia-smi is there but could not read the graphics card${said === "" ? "." : `: ${said}`}`;
  return { graphics: undefined, isShared: false, notes: [note] };
}
