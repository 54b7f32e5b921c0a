import { type GraphicsDevice, type GraphicsReading, gibibyte, type Hardware, mebibyte } from "./hardware";
import { readNvidia } from "./nvidia";
import type { Sources } from "./sources";

const displays = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}";
const sizeName = "HardwareInformation.qwMemorySize";
const titleName = "DriverDesc";

/** What a registry says when it knows no better: too little for a card, or the most that 32 bits hold. */
function isNoSize(bytes: number): boolean {
  return bytes < gibibyte || bytes === 4095 * mebibyte;
}

/** Values of one name below a key, by the key's last part, from `reg query KEY /s /v NAME`. */
export function parseRegistry(text: string, name: string): Map<string, string> {
  const values = new Map<string, string>();
  let key = "";
  for (const line of text.split(/\r?\n/)) {
    const opened = /^HKEY_[A-Z_]+\\.*\\([^\\]+)$/.exec(line.trim())?.[1];
    if (opened !== undefined) {
      key = opened;
    }
    const found = new RegExp(`^\\s+${name.replaceAll(".", "\\.")}\\s+REG_\\w+\\s+(.*)$`).exec(line)?.[1];
    if (found !== undefined && key !== "") {
      values.set(key, found.trim());
    }
  }
  return values;
}

/** Cards by their 64-bit size. The registry keeps cards that were taken out, so that the same card counts once. */
export function registryGraphics(sizes: string, titles: string): GraphicsReading {
  const names = parseRegistry(titles, titleName);
  const found = [...parseRegistry(sizes, sizeName)].map(([key, value]) => ({
    name: names.get(key) ?? "Graphics card",
    totalBytes: bytesOf(value),
  }));
  const cards = new Map<string, GraphicsDevice>();
  const notes: string[] = [];
  for (const { name, totalBytes } of found) {
    if (totalBytes === undefined || isNoSize(totalBytes)) {
      notes.push(`${name} was found; how much memory it can use is not known.`);
    } else {
      cards.set(`${name} ${totalBytes}`, { name, totalBytes });
    }
  }
  return { graphics: [...cards.values()], isShared: false, notes };
}

/** `0x3ff800000`, or bytes written one after the other, the lowest first. */
function bytesOf(value: string): number | undefined {
  if (/^0x[0-9a-f]+$/i.test(value)) {
    return Number(value);
  }
  const bytes = /^(?:[0-9a-f]{2}){4,8}$/i.test(value) ? value.match(/../g) : null;
  return bytes === null ? undefined : Number(`0x${bytes.reverse().join("")}`);
}

export async function readWindowsGraphics(
  sources: Sources,
  ram: Hardware["ram"],
  signal: AbortSignal,
): Promise<GraphicsReading> {
  const nvidia = await readNvidia(sources, ram.totalBytes, signal);
  if (nvidia?.graphics !== undefined) {
    return nvidia;
  }
  const { SystemRoot = "C:\\Windows" } = sources.env;
  const query = (name: string) =>
    sources.run(`${SystemRoot}\\System32\\reg.exe`, ["query", displays, "/s", "/v", name], signal);
  const [sizes, titles] = await Promise.all([query(sizeName), query(titleName)]);
  if (!titles?.ok) {
    return { graphics: undefined, isShared: false, notes: nvidia?.notes ?? [] };
  }
  const reading = registryGraphics(sizes?.text ?? "", titles.text);
  return { ...reading, notes: [...(nvidia?.notes ?? []), ...reading.notes] };
}
