export const gibibyte = 2 ** 30;

/** Memory of the machine that the model server runs on, in bytes. What could not be read is undefined. */
export interface MachineMemory {
  ram: { totalBytes?: number | undefined; availableBytes?: number | undefined };
  /** Empty when there is none; undefined when it could not be found out. */
  graphics?: readonly GraphicsMemory[] | undefined;
  /** Graphics memory is a share of the RAM, as on Apple silicon. */
  isShared: boolean;
}

export interface GraphicsMemory {
  name: string;
  /** What a model may take of it, when nothing else does. */
  totalBytes?: number | undefined;
  /** Left out: taken to be all but what a desktop needs. */
  freeBytes?: number | undefined;
}

/** What a model may take: all of the graphics memory that is free less a tenth, and as much RAM as leaves the system alive. */
export interface Room {
  graphics: number;
  all: number;
}

const graphicsShare = 0.9;
const ramShare = 0.7;

/** Undefined when neither RAM nor graphics memory is known. */
export function roomIn(machine: MachineMemory): Room | undefined {
  const free = freeGraphics(machine);
  const ram = machine.ram.availableBytes;
  if (free === undefined && ram === undefined) {
    return undefined;
  }
  const graphics = free ?? 0;
  const beside = machine.isShared ? Math.max(0, (ram ?? graphics) - graphics) : (ram ?? 0);
  return { graphics: graphics * graphicsShare, all: graphics + beside * ramShare };
}

/** Free bytes on all graphics devices of which they are known; undefined when none is. */
export function freeGraphics(machine: MachineMemory): number | undefined {
  const known = machine.graphics?.flatMap((device) => freeOn(device) ?? []);
  if (known === undefined || (known.length === 0 && machine.graphics?.length !== 0)) {
    return undefined;
  }
  const free = sum(known);
  return machine.isShared && machine.ram.availableBytes !== undefined
    ? Math.min(free, machine.ram.availableBytes)
    : free;
}

const desktopBytes = gibibyte;

function freeOn({ freeBytes, totalBytes }: GraphicsMemory): number | undefined {
  return freeBytes ?? (totalBytes === undefined ? undefined : Math.max(0, totalBytes - desktopBytes));
}

/**
 * The machine as it were without the models that a server has loaded now: their memory comes free when another one is
 * loaded in their place. `onGpu` is the share in graphics memory, 0 to 1.
 */
export function withoutLoaded(
  machine: MachineMemory,
  loaded: readonly { bytes: number; onGpu: number | undefined }[],
): MachineMemory {
  let graphics = sum(loaded.map(({ bytes, onGpu }) => bytes * (onGpu ?? 0)));
  const { totalBytes, availableBytes } = machine.ram;
  const inRam = sum(loaded.map(({ bytes, onGpu }) => bytes * (machine.isShared ? 1 : 1 - (onGpu ?? 0))));
  return {
    ...machine,
    ram: { totalBytes, availableBytes: capped(add(availableBytes, inRam), totalBytes) },
    graphics: machine.graphics?.map((device) => {
      const { freeBytes } = device;
      const most = Math.max(0, (device.totalBytes ?? Number.POSITIVE_INFINITY) - (freeBytes ?? 0));
      const given = Math.min(graphics, most);
      graphics -= given;
      return { ...device, freeBytes: add(freeBytes, given) };
    }),
  };
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function add(value: number | undefined, more: number): number | undefined {
  return value === undefined ? undefined : value + more;
}

function capped(value: number | undefined, most: number | undefined): number | undefined {
  return value === undefined || most === undefined ? value : Math.min(value, most);
}
