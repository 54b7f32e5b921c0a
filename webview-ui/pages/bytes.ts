/** Decimal units, as the ledger counts: `999 bytes`, `1.2 kB`, `3.4 MB`. */
export function readableBytes(bytes: number): string {
  if (bytes < 1_000) {
    return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  }
  return bytes < 999_950 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
