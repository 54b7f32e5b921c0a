import * as nodePath from "node:path";
import * as vscode from "vscode";
import type { Search, Shell } from "../../core/ports";
import { replaceBytes } from "../../machine/files/replace-bytes";
import { resolveInWorkspace } from "../../machine/paths/resolve-in-workspace";
import { ProcessRunner } from "../../machine/process/process-runner";
import { findRipgrep } from "../../machine/search/find-ripgrep";
import { RipgrepSearch } from "../../machine/search/ripgrep-search";
import type { Disposable } from "../disposables";
import { EditorFiles } from "../files/editor-files";

/** The machine as this window's workspace uses it. Nothing is started before it is needed. */
export class Machine implements Disposable {
  private readonly runners = new Map<string, ProcessRunner>();
  private readonly searches = new Map<string, Promise<RipgrepSearch>>();
  readonly files: EditorFiles;

  readonly search: Search = {
    find: async (query, signal) => (await this.searchIn(this.root)).find(query, signal),
  };

  readonly shell: Shell = {
    run: (command, onOutput, signal) => this.programs.run(command, onOutput, signal),
    script: (command, cwd) => this.programs.script(command, cwd),
  };

  /** `storage` is our own folder for this workspace, absolute. */
  constructor(readonly storage: string) {
    this.files = new EditorFiles({
      resolve: resolveInWorkspace,
      lister: (root) => ({
        listFiles: async (path, options, signal) => (await this.searchIn(root)).listFiles(path, options, signal),
      }),
      writeBytes: replaceBytes,
    });
  }

  get hasWorkspace(): boolean {
    return vscode.workspace.workspaceFolders?.[0]?.uri.scheme === "file";
  }

  /** The folder that paths and commands start from. */
  get root(): string {
    return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? nodePath.parse(this.storage).root;
  }

  get programs(): ProcessRunner {
    const { root } = this;
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
