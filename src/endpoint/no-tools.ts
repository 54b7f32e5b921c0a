import type { Trouble } from "../core/events";
import { parserHint, type ServerKind, serverFacts } from "./servers";

const startedForTools: ReadonlySet<ServerKind> = new Set(["vllm", "sglang", "llamacpp"]);

/** Said when a server refused tools, and the task goes on without its help. */
export async function noToolsTrouble(kind: ServerKind, model: string): Promise<Trouble> {
  const { findInCatalogue } = await import("./catalogue/catalogue");
  const { vllmToolParser: vllm, sglangToolParser: sglang } = findInCatalogue(model)?.toolFormat ?? {};
  return {
    code: "calls_in_text",
    message: `${serverFacts[kind].title} refuses tools for ${model}. Hearth describes them in words and reads the calls from its text.`,
    remedy: startedForTools.has(kind)
      ? parserHint(kind, { vllm, sglang })
      : "Nothing has to be done. A model that was trained to call tools makes fewer mistakes.",
  };
}
