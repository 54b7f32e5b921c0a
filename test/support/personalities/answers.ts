import type { NativeAnswer } from ".";

export function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

export function says404(message: string): NativeAnswer {
  return { status: 404, body: { error: { message, type: "not_found_error", param: null, code: null } } };
}
