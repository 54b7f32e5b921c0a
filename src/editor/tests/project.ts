import * as nodePath from "node:path";
import * as z from "zod";

/** The text of a file of the project, or undefined when it is not there. */
export type ReadFile = (path: string) => Promise<string | undefined>;

const Words = z.record(z.string(), z.string()).catch({});
const PackageJson = z.object({
  version: z.string().optional().catch(undefined),
  dependencies: Words.optional(),
  devDependencies: Words.optional(),
  peerDependencies: Words.optional(),
  scripts: Words.optional(),
  bin: z.union([z.string(), Words]).optional().catch(undefined),
  jest: z.unknown().optional(),
  mocha: z.unknown().optional(),
});
export type PackageJson = z.infer<typeof PackageJson>;

export async function readPackage(folder: string, read: ReadFile): Promise<PackageJson | undefined> {
  const text = await read(nodePath.join(folder, "package.json"));
  if (text === undefined) {
    return undefined;
  }
  try {
    const parsed = PackageJson.safeParse(JSON.parse(text.replace(/^\uFEFF/, "")));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

export function dependsOn(manifest: PackageJson | undefined, name: string): boolean {
  const lists = [manifest?.dependencies, manifest?.devDependencies, manifest?.peerDependencies];
  return lists.some((list) => list !== undefined && Object.hasOwn(list, name));
}

/** The folder of the file and those around it, up to `top`; up to the root of the disk when `top` is not among them. */
export function foldersUp(file: string, top?: string): string[] {
  const folders: string[] = [];
  for (let folder = nodePath.dirname(file); ; folder = nodePath.dirname(folder)) {
    folders.push(folder);
    if (folder === top || folder === nodePath.dirname(folder)) {
      return folders;
    }
  }
}

/** The first of some files that is there, with its text. */
export async function firstFile(folder: string, names: readonly string[], read: ReadFile): Promise<string | undefined> {
  for (const name of names) {
    const text = await read(nodePath.join(folder, name));
    if (text !== undefined) {
      return text;
    }
  }
  return undefined;
}

const extensions = ["ts", "mts", "cts", "js", "mjs", "cjs"];

export function configNames(name: string): string[] {
  return extensions.map((extension) => `${name}.config.${extension}`);
}

/** A package as node finds it from a folder: its folder and its manifest. */
export async function findPackage(
  name: string,
  from: string,
  read: ReadFile,
): Promise<{ folder: string; manifest: PackageJson } | undefined> {
  for (const around of foldersUp(nodePath.join(from, "package.json"))) {
    const folder = nodePath.join(around, "node_modules", name);
    const manifest = await readPackage(folder, read);
    if (manifest !== undefined) {
      return { folder, manifest };
    }
  }
  return undefined;
}

/** The script that a package starts when it is called by name, absolute. */
export function entryOf(found: { folder: string; manifest: PackageJson }, name: string): string | undefined {
  const { bin } = found.manifest;
  const entry = typeof bin === "string" ? bin : bin?.[name];
  return entry === undefined ? undefined : nodePath.join(found.folder, entry);
}
