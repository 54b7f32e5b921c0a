import * as nodePath from "node:path";
import { AgentError, ToolFailure } from "../../core/errors";

/** An open workspace folder. */
export interface Folder {
  name: string;
  fsPath: string;
}

/** The one answer to "where is this, really?": see `resolveInWorkspace`. */
export type ResolvePath = (root: string, path: string) => Promise<{ relative: string; real: string; inside: boolean }>;

/** Where an agent's path leads. */
export interface Place {
  /** The agent's name for it, links resolved; absolute when outside. */
  path: string;
  inside: boolean;
  folder: Folder;
  /** What comes before the folder's own paths in the agent's names: empty unless several folders are open. */
  prefix: string;
  /** Below the folder, links resolved; absolute when outside. */
  inner: string;
  /** Absolute path for the editor: the folder as it was opened, and no link below it. */
  fsPath: string;
  /** Absolute path as it was written: differs from `fsPath` when a link is on the way. */
  writtenFsPath: string;
}

/**
 * Turns the agent's paths into places. With one folder open they are relative to it; with several, each starts with the
 * folder's name.
 */
export class Places {
  constructor(
    private readonly open: () => readonly Folder[],
    private readonly resolve: ResolvePath,
  ) {}

  /** The open folders under names that are unique. */
  folders(): Folder[] {
    const seen = new Map<string, number>();
    return this.open().map((folder) => {
      const nth = (seen.get(folder.name) ?? 0) + 1;
      seen.set(folder.name, nth);
      return nth === 1 ? folder : { ...folder, name: `${folder.name}~${nth}` };
    });
  }

  /** Throws `ToolFailure` for what names no place, `AgentError` when no folder is open. */
  async find(path: string): Promise<Place> {
    const folders = this.folders();
    const [only, ...others] = folders;
    if (!only) {
      throw new AgentError(
        "no_folder",
        "No folder is open.",
        "Open the folder of your project, then send the request again.",
      );
    }
    if (others.length === 0) {
      return this.within(only, path, "");
    }
    if (nodePath.isAbsolute(path)) {
      return this.absolute(folders, only, path);
    }
    const [first, ...rest] = path.replace(/^(\.\/+)+/, "").split("/");
    const folder = folders.find((candidate) => candidate.name === first);
    if (!folder) {
      const names = folders.map((candidate) => `${candidate.name}/`).join(", ");
      throw new ToolFailure(`Several folders are open, so a path starts with one of their names: ${names}`);
    }
    return this.within(folder, rest.join("/") || ".", `${folder.name}/`);
  }

  private async absolute(folders: readonly Folder[], only: Folder, path: string): Promise<Place> {
    for (const folder of folders) {
      const place = await this.within(folder, path, `${folder.name}/`);
      if (place.inside) {
        return place;
      }
    }
    return this.within(only, path, "");
  }

  private async within(folder: Folder, path: string, prefix: string): Promise<Place> {
    const { relative, real, inside } = await this.resolve(folder.fsPath, path);
    if (!inside) {
      return { path: relative, inside, folder, prefix: "", inner: relative, fsPath: real, writtenFsPath: real };
    }
    return {
      path: relative === "." ? prefix || "." : prefix + relative,
      inside,
      folder,
      prefix,
      inner: relative,
      fsPath: nodePath.join(folder.fsPath, relative),
      writtenFsPath: nodePath.resolve(folder.fsPath, path),
    };
  }
}
