import type { NewEvent } from "./events";
import type { ToolCall, ToolResult, ToolRun } from "./tools/tool";

/** Runs a tool and yields what it shows while it runs. */
export async function* runTool(
  actionId: string,
  tool: ToolCall,
  run: Omit<ToolRun, "show">,
): AsyncGenerator<NewEvent, ToolResult> {
  let shown = "";
  let wake: (() => void) | undefined;
  const show = (text: string) => {
    shown += text;
    wake?.();
  };
  let result: ToolResult | undefined;
  const ended = tool.run({ ...run, show }).then((value) => {
    result = value;
  });
  for (;;) {
    if (shown !== "") {
      const text = shown;
      shown = "";
      yield { type: "action_output", actionId, text };
      continue;
    }
    if (result) {
      return result;
    }
    const more = new Promise<void>((resolve) => {
      wake = resolve;
    });
    await Promise.race([more, ended]);
  }
}
