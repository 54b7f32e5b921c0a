import type { ServerKind } from "../servers";

/** A model as its server describes it. What the server does not say is undefined. */
export interface FoundModel {
  /** The name to use in requests. */
  id: string;
  loaded: boolean | undefined;
  /** Tokens configured now: what a conversation may be long. */
  contextWindow: number | undefined;
  /** Tokens the model could have at most. */
  maxContext: number | undefined;
  sizeBytes: number | undefined;
  quantization: string | undefined;
  /** As the server writes it, for example `30.5B`. */
  parameters: string | undefined;
  tools: boolean | undefined;
  vision: boolean | undefined;
  reasoning: boolean | undefined;
  /** The host that the server passes this model's requests on to. Such a model is not on this machine. */
  forwardedTo: string | undefined;
  /** Share of the model that lies in the graphics memory, 0 to 1. */
  onGpu: number | undefined;
}

export interface FoundServer {
  kind: ServerKind;
  /** As people call it: “Ollama”. */
  name: string;
  /** Scheme, host and port. */
  root: string;
  /** Ends in `/v1`. */
  baseUrl: string;
  version: string | undefined;
  /** Requests it works on side by side; undefined when it does not say. */
  slots: number | undefined;
  models: FoundModel[];
  /** It is known for what it is, or has answered the questions that would show a server which passes requests on. */
  isToldApart: boolean;
  /** It has one model, and answers with that whatever name it is asked for. */
  anyName: boolean;
  /** It wants a key before it says anything. */
  locked: boolean;
}

export function model(id: string, known: Partial<FoundModel> = {}): FoundModel {
  return {
    id,
    loaded: undefined,
    contextWindow: undefined,
    maxContext: undefined,
    sizeBytes: undefined,
    quantization: undefined,
    parameters: undefined,
    tools: undefined,
    vision: undefined,
    reasoning: undefined,
    forwardedTo: undefined,
    onGpu: undefined,
    ...known,
  };
}
