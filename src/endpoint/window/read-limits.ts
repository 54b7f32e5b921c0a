/** Numbers that a server names when a request does not fit. */
export interface Limits {
  /** Tokens the server has configured. */
  window: number | undefined;
  /** Tokens of the prompt that was too long. */
  prompt: number | undefined;
  /** The prompt was counted to its end, so that the number tells how this model counts. */
  isExact: boolean;
}

const windowWordings = [
  /"n_ctx"\s*:\s*(\d+)/,
  /available context size \((\d+)/,
  /n_ctx:\s*(\d+)/,
  /maximum context length (?:is|of) (\d+)/,
  /context length is only (\d+)/,
  /model's context length \((\d+)/,
  /maximum model length of (\d+)/,
  /loaded with context length of only (\d+)/,
];

const promptWordings = [
  /"n_prompt_tokens"\s*:\s*(\d+)/,
  /request \((\d+) tokens\)/,
  /n_keep:\s*(\d+)/,
  /prompt contains at least (\d+)/,
  /passed (\d+) input tokens/,
  /\((\d+) in the messages/,
  /the input \((\d+) tokens\)/,
  /decoder prompt \(length (\d+)\)/,
  /(\d+) tokens from the input/,
  /trying to keep the first (\d+)/,
];

/** What an overflow error says about the window, in whatever wording. */
export function readLimits(body: string): Limits {
  const text = body.toLowerCase();
  const isExact = !/at least \d+ input tokens/.test(text);
  return { window: first(text, windowWordings), prompt: first(text, promptWordings), isExact };
}

function first(text: string, wordings: readonly RegExp[]): number | undefined {
  for (const wording of wordings) {
    const found = wording.exec(text)?.[1];
    if (found !== undefined && Number(found) > 0) {
      return Number(found);
    }
  }
  return undefined;
}
