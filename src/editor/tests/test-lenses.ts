import * as vscode from "vscode";
import { type Disposable, DisposableStore } from "../disposables";
import { largestText } from "./find-tests";
import { nameOfTest } from "./fix-messages";
import type { FoundTest } from "./found-test";

/** What `ProjectTests` offers. */
export interface TestFinder {
  find(file: string, text: string): Promise<FoundTest[]>;
}

const languages = ["javascript", "javascriptreact", "typescript", "typescriptreact", "python"];

/** "Fix this test" above each test. Found once per version of a document, and again when the project's set-up changes. */
export class TestLenses implements vscode.CodeLensProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  private readonly found = new Map<string, { version: number; lenses: Promise<vscode.CodeLens[]> }>();
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly finder: TestFinder) {
    const selector = languages.map((language) => ({ scheme: "file", language }));
    this.store.add(vscode.languages.registerCodeLensProvider(selector, this));
    this.store.add(vscode.workspace.onDidCloseTextDocument((document) => this.found.delete(document.uri.toString())));
    this.store.add(vscode.workspace.onDidSaveTextDocument((document) => this.forgetAfter(document)));
  }

  async provideCodeLenses(document: vscode.TextDocument, token: vscode.CancellationToken): Promise<vscode.CodeLens[]> {
    const key = document.uri.toString();
    const known = this.found.get(key);
    if (known?.version === document.version) {
      return known.lenses;
    }
    if (token.isCancellationRequested) {
      return [];
    }
    const lenses = this.look(document);
    this.found.set(key, { version: document.version, lenses });
    try {
      return await lenses;
    } catch (error) {
      this.found.delete(key);
      throw error;
    }
  }

  dispose(): void {
    this.found.clear();
    this.store.dispose();
  }

  private async look(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const text = document.getText();
    if (text.length > largestText) {
      return [];
    }
    const tests = await this.finder.find(document.uri.fsPath, text);
    return tests.filter(({ kind }) => kind === "test").map((test) => lensOf(document.uri, test));
  }

  private forgetAfter(document: vscode.TextDocument): void {
    if (/(?:^|[\\/])(?:package|tsconfig)\.json$|\.config\.[cm]?[jt]s$/.test(document.uri.fsPath)) {
      this.found.clear();
      this.changed.fire();
    }
  }
}

function lensOf(uri: vscode.Uri, test: FoundTest): vscode.CodeLens {
  const line = test.line - 1;
  return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
    title: "Fix this test",
    tooltip: `Run "${nameOfTest(test)}" and let Hearth fix what makes it fail`,
    command: "hearth.fixTest",
    arguments: [uri, test.line],
  });
}
