import type { ScriptedReply } from "../model-reply";
import type { RecordedRequest } from "../model-server";
import { generic } from "./generic";
import { FixedWindow } from "./listed";
import { LlamaCpp } from "./llamacpp";
import { LmStudio } from "./lmstudio";
import { Ollama } from "./ollama";
import { koboldCpp, liteLlm, mlx } from "./others";

export { FixedWindow, LlamaCpp, LmStudio, Ollama };

/** What a request for anything but a chat completion is answered with. */
export interface NativeAnswer {
  status?: number;
  delayMs?: number;
  contentType?: string;
  /** A string is sent as it is, anything else as JSON. */
  body: unknown;
}

/** How a kind of server differs from a plain one. */
export interface Personality {
  /** Undefined: the chat script answers, or 404. */
  answer(request: RecordedRequest, earlier: readonly RecordedRequest[]): NativeAnswer | undefined;
  /** Changes a scripted reply into what this server makes of it. */
  shape?(reply: ScriptedReply, request: RecordedRequest): ScriptedReply;
}

/** Each with plain settings; tests that need others build the personality themselves. */
export const personalities = {
  generic,
  ollama: (models) => new Ollama({ models: models.map((name) => ({ name })) }),
  lmstudio: (models) => new LmStudio({ models: models.map((key) => ({ key, loadedContext: 16_384 })) }),
  llamacpp: ([model]) => new LlamaCpp(model === undefined ? {} : { model }),
  vllm: ([model]) => new FixedWindow({ kind: "vllm", model: model ?? "test-model", window: 40_960 }),
  sglang: ([model]) => new FixedWindow({ kind: "sglang", model: model ?? "test-model", window: 65_536 }),
  koboldcpp: () => koboldCpp,
  mlx: () => mlx,
  litellm: () => liteLlm,
} satisfies Record<string, (models: readonly string[]) => Personality>;
export type PersonalityName = keyof typeof personalities;
