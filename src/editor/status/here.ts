import { hostname } from "node:os";
import * as vscode from "vscode";
import { nameHere } from "./name-here";

/** Where a server at 127.0.0.1 runs, in words. */
export function here(): string {
  return nameHere(vscode.env.remoteName, hostname());
}
