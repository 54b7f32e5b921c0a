/** What the bytes of a file say by themselves about how they spell text. Names are VS Code's. */
export type ByteSign = "utf8bom" | "utf16le" | "utf16be" | "utf8" | "other" | "binary";

const looked = 8_192;

export function signOf(bytes: Uint8Array): ByteSign {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return "utf8bom";
  }
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return "utf16le";
  }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    return "utf16be";
  }
  const head = bytes.subarray(0, looked);
  if (head.includes(0)) {
    return wideSign(head);
  }
  return isUtf8(bytes) ? "utf8" : "other";
}

/** Mostly-Latin text in UTF-16 has its zero bytes all on one side of the pairs. */
function wideSign(head: Uint8Array): ByteSign {
  const zeros: [number, number] = [0, 0];
  head.forEach((byte, index) => {
    if (byte === 0) {
      zeros[(index % 2) as 0 | 1]++;
    }
  });
  const enough = head.length / 8;
  if (zeros[0] === 0 && zeros[1] > enough) {
    return "utf16le";
  }
  return zeros[1] === 0 && zeros[0] > enough ? "utf16be" : "binary";
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch (error) {
    if (error instanceof TypeError) {
      return false;
    }
    throw error;
  }
}

export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}

/** Whether `bytes` are what a write of `whole` that was cut off leaves, or all of it. */
export function isStartOf(bytes: Uint8Array, whole: Uint8Array): boolean {
  return sameBytes(bytes, whole.subarray(0, bytes.length));
}
