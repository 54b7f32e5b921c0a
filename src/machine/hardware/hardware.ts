import * as z from "zod";
import { readableMemory } from "../../core/text/sizes";

export const GraphicsDevice = z.object({
  name: z.string(),
  /** What a model may take of it when nothing else does. */
  totalBytes: z.number().nonnegative().optional(),
  freeBytes: z.number().nonnegative().optional(),
});
export type GraphicsDevice = z.infer<typeof GraphicsDevice>;

/** This computer's memory as far as it could be read. What is absent is not known; nothing here is guessed. */
export const Hardware = z.object({
  /** Milliseconds since the epoch. */
  at: z.number(),
  platform: z.enum(["linux", "macos", "windows", "other"]),
  /** Inside a container or the Linux of Windows, a model server outside of it has other memory than this. */
  place: z.enum(["machine", "wsl", "container"]),
  processor: z.string().optional(),
  ram: z.object({
    totalBytes: z.number().nonnegative().optional(),
    availableBytes: z.number().nonnegative().optional(),
  }),
  /** Empty when there is none that a model could use; absent when that could not be found out. */
  graphics: z.array(GraphicsDevice).optional(),
  /** Graphics memory is a share of the RAM. */
  isShared: z.boolean(),
  /** What could not be read, and what to think of when reading the numbers. */
  notes: z.array(z.string()),
});
export type Hardware = z.infer<typeof Hardware>;

/** What a reading of the graphics found. `graphics` is absent when it could not tell. */
export interface GraphicsReading {
  graphics: GraphicsDevice[] | undefined;
  isShared: boolean;
  notes: string[];
}

export const mebibyte = 2 ** 20;
export const gibibyte = 2 ** 30;

/** One line for each memory, as a person reads it. */
export function describeHardware({ graphics, ram, isShared }: Hardware): string[] {
  const devices =
    graphics === undefined
      ? ["Graphics memory: unknown"]
      : graphics.length === 0
        ? ["Graphics memory: none found"]
        : graphics.map(
            (device) =>
              `${device.name}: ${amounts(device.totalBytes, device.freeBytes)}${isShared ? ", shared with the RAM" : ""}`,
          );
  return [...devices, `RAM: ${amounts(ram.totalBytes, ram.availableBytes)}`];
}

function amounts(total: number | undefined, free: number | undefined): string {
  if (total === undefined && free === undefined) {
    return "unknown";
  }
  const all = total === undefined ? "size unknown" : readableMemory(total);
  return free === undefined ? `${all}, how much is free is unknown` : `${all}, ${readableMemory(free)} free`;
}
