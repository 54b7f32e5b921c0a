/** Ollama answers to `qwen3` and `qwen3:latest` alike; servers and people write either. */
export function isSameName(a: string, b: string): boolean {
  return withoutLatest(a) === withoutLatest(b);
}

function withoutLatest(name: string): string {
  return name.replace(/:latest$/, "");
}
