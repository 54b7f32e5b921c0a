import { parseRocmSmi, readDrmCards } from "./amd";
import type { GraphicsReading, Hardware } from "./hardware";
import { readNvidia } from "./nvidia";
import type { Sources } from "./sources";

type Ram = Hardware["ram"];

/** `MemTotal` and `MemAvailable` of /proc/meminfo; what is only cached counts as available. */
export function parseMeminfo(text: string): Ram {
  const read = (name: string): number | undefined => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1];
    return found === undefined ? undefined : Number(found) * 1024;
  };
  return ramOf(read("MemTotal"), read("MemAvailable"));
}

export interface GroupMemory {
  maxBytes: number;
  usedBytes: number;
}

/** A control group's memory, version 2 or 1. Undefined when it has no limit. `stat` tells what is only cached. */
export function parseGroupMemory(
  max: string,
  current: string | undefined,
  stat: string | undefined,
): GroupMemory | undefined {
  const maxBytes = /^\s*(\d+)\s*$/.exec(max)?.[1];
  if (maxBytes === undefined || Number(maxBytes) >= 2 ** 62) {
    return undefined;
  }
  const used = Number(/^\s*(\d+)\s*$/.exec(current ?? "")?.[1] ?? 0);
  const cached = Number(/^(?:total_)?inactive_file (\d+)$/m.exec(stat ?? "")?.[1] ?? 0);
  return { maxBytes: Number(maxBytes), usedBytes: Math.max(0, used - cached) };
}

export async function readLinuxRam(sources: Sources): Promise<{ ram: Ram; isLimited: boolean }> {
  const meminfo = await sources.readText("/proc/meminfo");
  const { totalBytes = sources.totalBytes(), availableBytes } = meminfo === undefined ? {} : parseMeminfo(meminfo);
  const groups = await readGroups(sources);
  const total = Math.min(totalBytes, ...groups.map(({ maxBytes }) => maxBytes));
  const left = groups.map(({ maxBytes, usedBytes }) => Math.max(0, maxBytes - usedBytes));
  return {
    ram: ramOf(total, availableBytes === undefined ? undefined : Math.min(availableBytes, ...left)),
    isLimited: total < totalBytes,
  };
}

/** The limits of this process's control group and of those above it. */
async function readGroups(sources: Sources): Promise<GroupMemory[]> {
  const own = (await sources.readText("/proc/self/cgroup")) ?? "";
  const path = /^0::(\/.*)$/m.exec(own)?.[1] ?? "/";
  const parts = path.split("/").filter((part) => part !== "" && part !== "..");
  const folders = parts.map((_, index) => `/sys/fs/cgroup/${parts.slice(0, index + 1).join("/")}`);
  const second = ["/sys/fs/cgroup", ...folders].map((folder) =>
    readGroup(sources, [`${folder}/memory.max`, `${folder}/memory.current`, `${folder}/memory.stat`]),
  );
  const old = "/sys/fs/cgroup/memory";
  const first = readGroup(sources, [
    `${old}/memory.limit_in_bytes`,
    `${old}/memory.usage_in_bytes`,
    `${old}/memory.stat`,
  ]);
  return (await Promise.all([...second, first])).filter((group) => group !== undefined);
}

async function readGroup(
  sources: Sources,
  [max, current, stat]: [string, string, string],
): Promise<GroupMemory | undefined> {
  const limit = await sources.readText(max);
  return limit === undefined
    ? undefined
    : parseGroupMemory(limit, await sources.readText(current), await sources.readText(stat));
}

export async function readLinuxGraphics(sources: Sources, ram: Ram, signal: AbortSignal): Promise<GraphicsReading> {
  const nvidia = await readNvidia(sources, ram.totalBytes, signal);
  if (nvidia?.graphics !== undefined) {
    return nvidia;
  }
  const cards = await readDrmCards(sources);
  if (cards?.graphics !== undefined && cards.graphics.length > 0) {
    return { ...cards, notes: [...(nvidia?.notes ?? []), ...cards.notes] };
  }
  const rocm = await sources.run("rocm-smi", ["--showmeminfo", "vram", "--json"], signal);
  const devices = rocm?.ok ? parseRocmSmi(rocm.text) : [];
  if (devices.length > 0) {
    return { graphics: devices, isShared: false, notes: [] };
  }
  const isHidden = (await sources.readText("/.flatpak-info")) !== undefined || sources.env["SNAP"] !== undefined;
  return {
    graphics: nvidia !== undefined || isHidden ? undefined : cards === undefined ? [] : cards.graphics,
    isShared: false,
    notes: [
      ...(nvidia?.notes ?? []),
      ...(cards?.notes ?? []),
      ...(isHidden ? ["The editor runs in a sandbox that may hide a graphics card."] : []),
    ],
  };
}

export async function readLinuxPlace(sources: Sources): Promise<Hardware["place"]> {
  const version = (await sources.readText("/proc/version")) ?? "";
  if (/microsoft/i.test(version)) {
    return "wsl";
  }
  const marks = await Promise.all(["/.dockerenv", "/run/.containerenv"].map((path) => sources.readText(path)));
  return marks.some((mark) => mark !== undefined) ? "container" : "machine";
}

export function parseProcessor(cpuinfo: string): string | undefined {
  return /^model name\s*:\s*(.+)$/m.exec(cpuinfo)?.[1]?.trim();
}

function ramOf(totalBytes: number | undefined, availableBytes: number | undefined): Ram {
  return {
    ...(totalBytes === undefined ? {} : { totalBytes }),
    ...(availableBytes === undefined ? {} : { availableBytes }),
  };
}
