import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { systemPrompt } from "../src/core/prompts/system";
import { tools } from "../src/core/tools/index";

/** The first request of a task, in o200k tokens. */
export function measurePrompt() {
  const specs = JSON.stringify(tools.map((tool) => ({ type: "function", function: tool.spec })));
  const systemTokens = countTokens(systemPrompt());
  const toolTokens = countTokens(specs);
  const userTokens = countTokens("Fix the failing test.\n\n[mode: act]");
  return { firstRequestTokens: systemTokens + toolTokens + userTokens, systemTokens, toolTokens };
}
