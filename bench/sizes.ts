import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Sizes of what `npm run package` has made: minified bundles and the .vsix, in bytes. */
export async function measureSizes(root: string) {
  const files = await readdir(join(root, "dist"), { recursive: true, withFileTypes: true });
  let extensionBytes = 0;
  let webviewBytes = 0;
  for (const file of files.filter((entry) => entry.isFile() && !entry.name.endsWith(".map"))) {
    const { size } = await stat(join(file.parentPath, file.name));
    if (file.parentPath.includes("webview")) {
      webviewBytes += size;
    } else {
      extensionBytes += size;
    }
  }
  return { bundle: { extensionBytes, webviewBytes }, package: { bytes: await vsixBytes(root) } };
}

async function vsixBytes(root: string): Promise<number> {
  const [name] = (await readdir(root)).filter((entry) => entry.endsWith(".vsix"));
  if (name === undefined) {
    throw new Error("npm run package left no .vsix");
  }
  return (await stat(join(root, name))).size;
}
