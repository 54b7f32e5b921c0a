import type { ScriptedReply } from "../model-reply";
import type { RecordedRequest } from "../model-server";
import { generic } from "./generic";

/** What a request for anything but a chat completion is answered with. */
export interface NativeAnswer {
  status?: number;
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

export const personalities = { generic } satisfies Record<string, (models: readonly string[]) => Personality>;
export type PersonalityName = keyof typeof personalities;
