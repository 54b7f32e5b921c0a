import * as nodePath from "node:path";
import * as vscode from "vscode";
import type { Search, Shell } from "../../core/ports";
import { replaceBytes } from "../../machine/files/replace-bytes";
import { setMode } from "../../machine/files/set-mode";
import { resolveInWorkspace } from "../../machine/paths/resolve-in-workspace";
import { ProcessRunner } from "../../machine/process/process-runner";
import { findRipgrep } from "../../machine/search/find-ripgrep";
import { RipgrepSearch } from "../../machine/search/ripgrep-search";
import type { Disposable } from "../disposables";
import { EditorFiles } from "../files/editor-files";
import { type Folder, Places } from "../files/places";
import { WorkspaceSearch } from "./workspace-search";
import { WorkspaceShell } from "./workspace-shell";

/** The machine as this window's workspace uses it. Nothing is started before it is needed. */
export class Machine implements Disposable {
  private readonly runners = new Map<string, ProcessRunner>();
  private readonly searches = new Map<string, Promise<RipgrepSearch>>();
  readonly files: EditorFiles;
  readonly search: Search;
  readonly shell: Shell;

  /** `storage` is our own folder for this workspace, absolute. */
  constructor(readonly storage: string) {
    const places = new Places(openFolders, resolveInWorkspace);
    this.files = new EditorFiles({
      places,
      lister: (root) => ({
        listFiles: async (path, options, signal) => (await this.searchIn(root)).listFiles(path, options, signal),
      }),
      writeBytes: replaceBytes,
      setMode,
    });
    this.search = new WorkspaceSearch(places, (root) => this.searchIn(root));
    this.shell = new WorkspaceShell(places, (root) => this.programsIn(root));
  }

  get hasWorkspace(): boolean {
    return vscode.workspace.workspaceFolders?.[0]?.uri.scheme === "file";
  }

  /** The folder that paths and commands start from. */
  get root(): string {
    return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? nodePath.parse(this.storage).root;
  }

  /** The open folder that holds a file; the first one for a file elsewhere. */
  rootOf(fsPath: string): string {
    return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(fsPath))?.uri.fsPath ?? this.root;
  }

  programsIn(root: string): ProcessRunner {
    const runner = this.runners.get(root) ?? new ProcessRunner(root);
    this.runners.set(root, runner);
    return runner;
  }

  dispose(): void {
    for (const runner of this.runners.values()) {
      void runner.dispose();
    }
  }

  private searchIn(root: string): Promise<RipgrepSearch> {
    const found =
      this.searches.get(root) ??
      findRipgrep([vscode.env.appRoot], process.env, root).then((ripgrep) => new RipgrepSearch(root, ripgrep));
    this.searches.set(root, found);
    return found;
  }
}

function openFolders(): Folder[] {
  return (vscode.workspace.workspaceFolders ?? []).map((folder) => ({ name: folder.name, fsPath: folder.uri.fsPath }));
}
