import text from "./system.md";

/** The system message: the same bytes in every task, mode and turn. Nothing that changes belongs in it. */
export function systemPrompt(): string {
  return text.trim();
}
