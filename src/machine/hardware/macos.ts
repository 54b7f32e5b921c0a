import { parseJson } from "../../core/json";
import { type GraphicsDevice, type GraphicsReading, gibibyte, type Hardware, mebibyte } from "./hardware";
import type { Sources } from "./sources";

/** What macOS lets the graphics take of the RAM when nobody has set it: about two thirds, of large memories three quarters. */
const smallShare = 2 / 3;
const largeShare = 3 / 4;
const largeFrom = 37 * gibibyte;
/** Values below this are no memory of a card. */
const leastBytes = gibibyte;

export interface MacFacts {
  ramBytes: number | undefined;
  /** Set by the user; 0 stands for the system's own choice. */
  wiredLimitBytes: number | undefined;
  processor: string | undefined;
}

/** `sysctl hw.memsize iogpu.wired_limit_mb machdep.cpu.brand_string`; unknown names only lack their line. */
export function parseSysctl(text: string): MacFacts {
  const read = (name: string) => new RegExp(`^${name.replaceAll(".", "\\.")}: (.+)$`, "m").exec(text)?.[1]?.trim();
  const number = (name: string) => (/^\d+$/.test(read(name) ?? "") ? Number(read(name)) : undefined);
  const limit = number("iogpu.wired_limit_mb");
  return {
    ramBytes: number("hw.memsize"),
    wiredLimitBytes: limit === undefined ? undefined : limit * mebibyte,
    processor: read("machdep.cpu.brand_string"),
  };
}

/** Free, inactive and speculative pages of `vm_stat`: what programs can have. */
export function parseVmStat(text: string): number | undefined {
  const pageSize = /page size of (\d+) bytes/.exec(text)?.[1];
  const pages = ["free", "inactive", "speculative"].map(
    (name) => new RegExp(`^Pages ${name}:\\s+(\\d+)\\.`, "m").exec(text)?.[1],
  );
  const [free, inactive, speculative = "0"] = pages;
  return pageSize === undefined || free === undefined || inactive === undefined
    ? undefined
    : (Number(free) + Number(inactive) + Number(speculative)) * Number(pageSize);
}

export function appleGraphics(
  { ramBytes, wiredLimitBytes, processor }: MacFacts,
  available: number | undefined,
): GraphicsReading {
  if (ramBytes === undefined) {
    return { graphics: undefined, isShared: true, notes: [] };
  }
  const usual = ramBytes * (ramBytes < largeFrom ? smallShare : largeShare);
  const totalBytes = Math.round(wiredLimitBytes === undefined || wiredLimitBytes === 0 ? usual : wiredLimitBytes);
  const device: GraphicsDevice = {
    name: processor ?? "Apple graphics",
    totalBytes,
    ...(available === undefined ? {} : { freeBytes: Math.min(totalBytes, available) }),
  };
  const note = "How much of the RAM the graphics may take is estimated from the size of the memory.";
  return { graphics: [device], isShared: true, notes: totalBytes === Math.round(usual) ? [note] : [] };
}

/** `system_profiler SPDisplaysDataType -json` of a Mac with an Intel processor. */
export function parseDisplays(text: string): GraphicsDevice[] {
  const cards = listIn(parseJson(text), "SPDisplaysDataType");
  return cards.flatMap((card) => {
    const totalBytes = sizeOf(stringIn(card, "spdisplays_vram"));
    const name = stringIn(card, "sppci_model") ?? stringIn(card, "_name") ?? "Graphics card";
    return totalBytes === undefined || totalBytes < leastBytes ? [] : [{ name, totalBytes }];
  });
}

export async function readMac(
  sources: Sources,
  signal: AbortSignal,
): Promise<{ ram: Hardware["ram"]; processor: string | undefined; reading: GraphicsReading }> {
  const [sysctl, vmStat] = await Promise.all([
    sources.run("/usr/sbin/sysctl", ["hw.memsize", "iogpu.wired_limit_mb", "machdep.cpu.brand_string"], signal),
    sources.run("/usr/bin/vm_stat", [], signal),
  ]);
  const facts = parseSysctl(sysctl?.text ?? "");
  const available = parseVmStat(vmStat?.text ?? "");
  const ram = {
    totalBytes: facts.ramBytes ?? sources.totalBytes(),
    ...(available === undefined ? {} : { availableBytes: available }),
  };
  const isApple = facts.processor?.startsWith("Apple") ?? false;
  const reading = isApple ? appleGraphics(facts, available) : await readIntelMac(sources, signal);
  return { ram, processor: facts.processor, reading };
}

async function readIntelMac(sources: Sources, signal: AbortSignal): Promise<GraphicsReading> {
  const printed = await sources.run("/usr/sbin/system_profiler", ["SPDisplaysDataType", "-json"], signal);
  return { graphics: printed?.ok ? parseDisplays(printed.text) : undefined, isShared: false, notes: [] };
}

function sizeOf(text: string | undefined): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*(MB|GB)$/i.exec(text?.trim() ?? "");
  return found === null ? undefined : Number(found[1]) * (found[2]?.toUpperCase() === "GB" ? gibibyte : mebibyte);
}

function listIn(value: unknown, name: string): unknown[] {
  const found = fieldIn(value, name);
  return Array.isArray(found) ? found : [];
}

function stringIn(value: unknown, name: string): string | undefined {
  const found = fieldIn(value, name);
  return typeof found === "string" ? found : undefined;
}

function fieldIn(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
