import { parseJson } from "../../core/json";
import { type GraphicsDevice, type GraphicsReading, gibibyte } from "./hardware";
import type { Sources } from "./sources";

const folder = "/sys/class/drm";
const vendors: Record<string, string> = { "0x1002": "AMD", "0x8086": "Intel", "0x10de": "NVIDIA" };
/** A processor with graphics has a little memory of its own and takes the rest from the RAM. */
const mostOfIntegrated = 4 * gibibyte;

interface Card {
  name: string;
  vram: number;
  vramUsed: number;
  /** RAM that the graphics may map. */
  gtt: number;
  gttUsed: number;
}

/** AMD graphics under Linux, from files that the kernel shows. Undefined when there is no graphics card of any maker. */
export async function readDrmCards(sources: Sources): Promise<GraphicsReading | undefined> {
  const names = (await sources.list(folder)).filter((name) => /^card\d+$/.test(name)).sort();
  const found = await Promise.all(names.map((name) => readCard(sources, name)));
  const cards = found.flatMap(({ card }) => card ?? []);
  const others = found.flatMap(({ card, vendor }) => (card === undefined && vendor !== undefined ? [vendor] : []));
  if (cards.length === 0 && others.length === 0) {
    return undefined;
  }
  const notes = others.map((vendor) => `${vendor} graphics was found; how much memory it can use is not known.`);
  return cards.length === 0
    ? { graphics: others.includes("NVIDIA") || others.includes("AMD") ? undefined : [], isShared: false, notes }
    : { ...reckon(cards), notes };
}

async function readCard(sources: Sources, name: string): Promise<{ card?: Card; vendor?: string }> {
  const read = async (file: string) => (await sources.readText(`${folder}/${name}/device/${file}`))?.trim();
  const vendor = vendors[(await read("vendor")) ?? ""];
  const vram = byteCount(await read("mem_info_vram_total"));
  if (vram === undefined) {
    return vendor === undefined ? {} : { vendor };
  }
  const product = await read("product_name");
  return {
    card: {
      name: product === undefined || product === "" ? `AMD graphics (${name})` : product,
      vram,
      vramUsed: byteCount(await read("mem_info_vram_used")) ?? 0,
      gtt: byteCount(await read("mem_info_gtt_total")) ?? 0,
      gttUsed: byteCount(await read("mem_info_gtt_used")) ?? 0,
    },
  };
}

/** Cards with memory of their own come first; graphics inside the processor counts only when there is no such card. */
function reckon(cards: readonly Card[]): Pick<GraphicsReading, "graphics" | "isShared"> {
  const own = cards.filter(({ vram }) => vram > mostOfIntegrated);
  if (own.length > 0) {
    return { graphics: own.map((card) => device(card, card.vram, card.vramUsed)), isShared: false };
  }
  const [inside] = cards;
  return inside === undefined
    ? { graphics: [], isShared: false }
    : { graphics: [device(inside, inside.vram + inside.gtt, inside.vramUsed + inside.gttUsed)], isShared: true };
}

function device({ name }: Card, totalBytes: number, used: number): GraphicsDevice {
  return { name, totalBytes, freeBytes: Math.max(0, totalBytes - used) };
}

/** `rocm-smi --showmeminfo vram --json`, whose keys change between versions. */
export function parseRocmSmi(text: string): GraphicsDevice[] {
  const cards = parseObject(text);
  return Object.entries(cards).flatMap(([name, facts]) => {
    const entries = Object.entries(typeof facts === "object" && facts !== null ? facts : {});
    const find = (pattern: RegExp) => byteCount(String(entries.find(([key]) => pattern.test(key))?.[1] ?? ""));
    const totalBytes = find(/vram.*total memory/i);
    const used = find(/vram.*used/i);
    return totalBytes === undefined || !/^card/i.test(name)
      ? []
      : [
          {
            name: `AMD graphics (${name})`,
            totalBytes,
            ...(used === undefined ? {} : { freeBytes: Math.max(0, totalBytes - used) }),
          },
        ];
  });
}

function parseObject(text: string): object {
  const value = parseJson(text);
  return typeof value === "object" && value !== null ? value : {};
}

function byteCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
