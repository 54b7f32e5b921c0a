import { readFile } from "node:fs/promises";

/** What users need: the format's own two files, the manifest and its pages, bundles, and media. */
const WELCOME = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/package\.json$/,
  /^extension\/(?:readme|changelog)\.md$/i,
  /^extension\/LICENSE(?:\.txt)?$/,
  /^extension\/dist\/.+\.(?:js|css|ttf|wasm)$/,
  /^extension\/media\/.+\.(?:png|svg|md|gif)$/,
];

/**
 * Files that have no business in a package.
 * @param {readonly string[]} names
 */
export function strangers(names) {
  return names.filter((name) => !WELCOME.some((pattern) => pattern.test(name)));
}

/** What a page points at: in brackets, in a reference, or in a tag. */
const TARGETS = [
  /\]\(\s*<?([^)\s>]+)/g,
  /^\s*\[[^\]]+\]:\s*<?([^\s>]+)/gm,
  /\b(?:src|srcset|href)\s*=\s*["']?([^"'\s>]+)/gi,
];

/**
 * The links and pictures of a page that lead neither to the internet, nor to a place in the page, nor to a file of the
 * package.
 * @param {string} page its markdown
 * @param {readonly string[]} names of the files in the package
 */
export function deadLinks(page, names) {
  const targets = TARGETS.flatMap((pattern) => [...page.matchAll(pattern)].map(([, target = ""]) => target));
  return targets.filter(
    (target) =>
      !/^(?:[a-z][a-z\d+.-]*:|#)/i.test(target) &&
      !names.includes(`extension/${target.replace(/^\.\//, "").replace(/[#?].*$/, "")}`),
  );
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;

/**
 * The names in a zip file, read from its directory.
 * @param {string} path
 */
export async function listPackage(path) {
  const bytes = await readFile(path);
  const end = bytes.lastIndexOf(littleEndian(END_OF_DIRECTORY));
  if (end < 0) {
    throw new Error(`${path} is not a zip file.`);
  }
  const names = [];
  let at = bytes.readUInt32LE(end + 16);
  while (bytes.readUInt32LE(at) === DIRECTORY_ENTRY) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    names.push(bytes.toString("utf8", at + 46, at + 46 + Number(name)));
    at += 46 + Number(name) + Number(extra) + Number(comment);
  }
  return names.filter((name) => !name.endsWith("/")).sort();
}

/** @param {number} number */
function littleEndian(number) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}
