import { ToolFailure } from "../../src/core/errors";
import type { Search, Shell } from "../../src/core/ports";
import type { Tool, ToolContext, ToolResult } from "../../src/core/tools/tool";
import { MemoryFiles, RecordingShell } from "./ports";

interface Given {
  files?: MemoryFiles;
  search?: Search;
  shell?: Shell;
  seen?: Record<string, string>;
  remark?: string;
  longestResult?: number;
}

/** Runs a tool on what the model wrote, as the loop does after an approval. A failure comes back as its text. */
export async function tryTool(tool: Tool, raw: unknown, given: Given = {}): Promise<ToolResult & { shown: string }> {
  const read = tool.read(raw);
  if (!read.ok) {
    return { text: read.problem, failed: true, shown: "" };
  }
  const context: ToolContext = {
    files: given.files ?? new MemoryFiles(),
    search: given.search ?? { find: async () => ({ hits: [], more: false }) },
    shell: given.shell ?? new RecordingShell(),
    seen: new Map(Object.entries(given.seen ?? {})),
    longestResult: given.longestResult ?? 48_000,
    usualLines: 400,
    wholeFileBelowLines: 0,
    signal: new AbortController().signal,
  };
  let shown = "";
  const show = (text: string) => {
    shown += text;
  };
  try {
    const { edits, notes = [] } = await read.call.prepare(context);
    const result = await read.call.run({ context, edits, notes, show, remark: given.remark });
    return { ...result, shown };
  } catch (error) {
    if (error instanceof ToolFailure) {
      return { text: error.message, failed: true, shown };
    }
    throw error;
  }
}
