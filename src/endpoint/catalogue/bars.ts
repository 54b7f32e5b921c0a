import * as z from "zod";
import type { Fit } from "./fit";
import { freeGraphics, type MachineMemory, sum } from "./memory";

/** `used` is what other programs hold now, `kept` what is left to them, `missing` what does not fit anywhere. */
export const BarPart = z.object({
  kind: z.enum(["used", "weights", "kv", "overhead", "kept", "free", "missing"]),
  bytes: z.number().nonnegative(),
});
export type BarPart = z.infer<typeof BarPart>;

/** One memory, drawn from left to right. The parts add up to `totalBytes`, and go beyond it by what is missing. */
export const MemoryBar = z.object({
  memory: z.enum(["graphics", "ram", "shared"]),
  totalBytes: z.number().nonnegative(),
  parts: z.array(BarPart),
});
export type MemoryBar = z.infer<typeof MemoryBar>;

/**
 * Where a model would lie: overhead and cache first and then as many weights as there is room for in graphics memory, the
 * rest in RAM. Empty when the need or the memory is not known.
 */
export function memoryBars(fit: Fit, machine: MachineMemory): MemoryBar[] {
  if (fit.room === undefined || fit.weights === undefined) {
    return [];
  }
  const left = { overhead: fit.overhead, kv: fit.kv ?? 0, weights: fit.weights };
  const graphics = graphicsBar(machine);
  const ram = ramBar(machine);
  const places = [
    ...(graphics === undefined ? [] : [{ ...graphics, room: fit.room.graphics }]),
    ...(ram === undefined ? [] : [{ ...ram, room: fit.room.all - (graphics === undefined ? 0 : fit.room.graphics) }]),
  ];
  if (machine.isShared && ram !== undefined) {
    return [draw({ ...ram, memory: "shared", room: fit.room.all }, left, true)];
  }
  return places.map((place, index) => draw(place, left, index === places.length - 1));
}

interface Place {
  memory: MemoryBar["memory"];
  totalBytes: number;
  freeBytes: number;
  /** What a model may take of the free bytes. */
  room: number;
}

interface Left {
  overhead: number;
  kv: number;
  weights: number;
}

function draw(place: Place, left: Left, isLast: boolean): MemoryBar {
  let room = Math.min(place.room, place.freeBytes);
  const take = (part: keyof Left): BarPart => {
    const bytes = Math.min(left[part], room);
    left[part] -= bytes;
    room -= bytes;
    return { kind: part, bytes };
  };
  const taken = [take("overhead"), take("kv"), take("weights")].reverse();
  const rest = place.freeBytes - sum(taken.map(({ bytes }) => bytes));
  const parts: BarPart[] = [
    { kind: "used", bytes: Math.max(0, place.totalBytes - place.freeBytes) },
    ...taken,
    { kind: "free", bytes: Math.max(0, room) },
    { kind: "kept", bytes: Math.max(0, rest - room) },
    { kind: "missing", bytes: isLast ? left.overhead + left.kv + left.weights : 0 },
  ];
  return {
    memory: place.memory,
    totalBytes: place.totalBytes,
    parts: parts.filter(({ bytes }) => bytes > 0),
  };
}

function graphicsBar(machine: MachineMemory): Omit<Place, "room"> | undefined {
  const freeBytes = freeGraphics(machine);
  if (freeBytes === undefined || freeBytes === 0) {
    return undefined;
  }
  const totalBytes = sum((machine.graphics ?? []).map((device) => device.totalBytes ?? device.freeBytes ?? 0));
  return { memory: "graphics", totalBytes, freeBytes };
}

function ramBar(machine: MachineMemory): Omit<Place, "room"> | undefined {
  const { availableBytes, totalBytes } = machine.ram;
  return availableBytes === undefined
    ? undefined
    : { memory: "ram", totalBytes: totalBytes ?? availableBytes, freeBytes: availableBytes };
}
