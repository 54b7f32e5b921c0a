export interface Sampling {
  temperature: number;
  topP: number;
}

/** The makers' own settings for coding, by a piece of the model's name. First match wins. */
const known: readonly [name: RegExp, sampling: Sampling][] = [
  [/qwen3-?coder-?next|qwen3coder-?next/i, { temperature: 1, topP: 0.95 }],
  [/qwen3?-?coder/i, { temperature: 0.7, topP: 0.8 }],
  [/qwen-?3/i, { temperature: 0.6, topP: 0.95 }],
  [/devstral|mistral|codestral|ministral/i, { temperature: 0.15, topP: 0.95 }],
  [/glm-?4\.7/i, { temperature: 0.7, topP: 1 }],
  [/glm/i, { temperature: 1, topP: 0.95 }],
  [/gpt-?oss/i, { temperature: 1, topP: 1 }],
  [/kimi|minimax/i, { temperature: 1, topP: 0.95 }],
  [/deepseek/i, { temperature: 1, topP: 1 }],
];

/** Always sent: a server that gets none falls back to values that its makers never meant for this model. */
export function samplingFor(model: string): Sampling {
  return known.find(([name]) => name.test(model))?.[1] ?? { temperature: 0.6, topP: 0.95 };
}
