const units = ["kB", "MB", "GB", "TB"];

/** What is sent or stored, in decimal units: `999 bytes`, `1.2 kB`, `3.4 MB`. */
export function readableBytes(bytes: number): string {
  if (bytes < 1_000) {
    return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  }
  let value = bytes / 1_000;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}

/** Memory, in GiB as it is counted: 18.6 GB of weights are 17.3 GiB. */
export function readableMemory(bytes: number): string {
  const gibibytes = bytes / 2 ** 30;
  if (gibibytes < 1 && bytes !== 0) {
    return `${Math.round(bytes / 2 ** 20)} MiB`;
  }
  return `${gibibytes >= 100 ? Math.round(gibibytes).toLocaleString("en") : gibibytes.toFixed(1)} GiB`;
}
