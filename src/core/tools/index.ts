import type { ToolSpec } from "../ports";
import { askUser } from "./ask-user/tool";
import { editFile } from "./edit-file/tool";
import { listFiles } from "./list-files/tool";
import { proposePlan } from "./propose-plan/tool";
import { readFile } from "./read-file/tool";
import { runCommand } from "./run-command/tool";
import { searchText } from "./search-text/tool";
import type { Tool } from "./tool";
import { writeFile } from "./write-file/tool";

/** Every tool, in the order the model sees them. The order is part of the cached prefix. */
export const tools: readonly Tool[] = [
  readFile,
  listFiles,
  searchText,
  editFile,
  writeFile,
  runCommand,
  proposePlan,
  askUser,
];

/** The same where another shell than bash runs the commands: the model is told which. */
export function toolsFor(shell: string): readonly Tool[] {
  return tools.map((tool) => (tool === runCommand ? { ...tool, spec: namingShell(tool.spec, shell) } : tool));
}

function namingShell(spec: ToolSpec, shell: string): ToolSpec {
  return { ...spec, description: spec.description.replace("bash", shell) };
}
