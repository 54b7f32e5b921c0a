import { createHash } from "node:crypto";
import { realpath } from "node:fs/promises";
import * as nodePath from "node:path";
import { UndoStore } from "../../machine/undo/undo-store";
import type { Folder, Place, Places } from "../files/places";
import { once } from "../once";

/** A workspace folder with what is kept of its files. */
export interface UndoFolder {
  /** The folder as it was opened, and without links: absolute. */
  root: string;
  realRoot: string;
  /** What comes before its own paths in the agent's names: empty unless several folders are open. */
  prefix: string;
  store: UndoStore;
}

/** One store for each open folder, opened when first needed. It stays that folder's when folders come and go. */
export class UndoFolders {
  private readonly opened = new Map<string, () => Promise<{ realRoot: string; store: UndoStore }>>();

  /** `storage` is our own folder for this workspace, absolute. */
  constructor(
    private readonly storage: string,
    private readonly places: Places,
  ) {}

  all(): Promise<UndoFolder[]> {
    const folders = this.places.folders();
    return Promise.all(folders.map((folder) => this.open(folder, folders.length > 1 ? `${folder.name}/` : "")));
  }

  /** The one that keeps this place. A file outside every folder is kept with the folder that its path was read from. */
  of({ folder }: Place): Promise<UndoFolder> {
    return this.open(folder, this.places.folders().length > 1 ? `${folder.name}/` : "");
  }

  private async open({ fsPath }: Folder, prefix: string): Promise<UndoFolder> {
    const store = this.opened.get(fsPath) ?? once(() => this.openStore(fsPath));
    this.opened.set(fsPath, store);
    return { root: fsPath, prefix, ...(await store()) };
  }

  private async openStore(fsPath: string): Promise<{ realRoot: string; store: UndoStore }> {
    const realRoot = await realpath(fsPath);
    const name = createHash("sha256").update(realRoot).digest("hex").slice(0, 16);
    return { realRoot, store: await UndoStore.open(nodePath.join(this.storage, name), realRoot) };
  }
}

/** How the agent and the user name a path of the store. */
export function nameIn({ prefix }: UndoFolder, path: string): string {
  return nodePath.isAbsolute(path) ? path : prefix + path;
}

/** Where it lies, under the folder as it was opened. */
export function fsPathIn({ root }: UndoFolder, path: string): string {
  return nodePath.resolve(root, path);
}

/** The store's path of a file, named without links. */
export function pathIn({ realRoot }: UndoFolder, realFsPath: string): string {
  const path = nodePath.relative(realRoot, realFsPath);
  const isInside = path !== "" && path.split(nodePath.sep)[0] !== ".." && !nodePath.isAbsolute(path);
  return isInside ? path.split(nodePath.sep).join("/") : realFsPath;
}
