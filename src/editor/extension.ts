import * as vscode from "vscode";
import type { HearthApi } from "../core/api";
import { DoorStep } from "./door-step";

/** Called by VS Code when Hearth is first needed. Starts no process, opens no socket and reads no workspace file. */
export function activate(context: vscode.ExtensionContext): HearthApi {
  const log = vscode.window.createOutputChannel("Hearth", { log: true });
  const doorStep = new DoorStep(context, log);
  context.subscriptions.push(log, doorStep);
  return doorStep.api;
}
