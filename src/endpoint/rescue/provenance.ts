import type { Message } from "../../core/ports";

/** Whether a text stands in what the model was given to read: a user's message or the result of a tool. */
export function wasGiven(text: string, messages: readonly Message[]): boolean {
  const given = messages.flatMap((message) => (message.role === "assistant" ? [] : [message.text]));
  return bare(given.join("\n\0\n")).includes(bare(text));
}

/** Without white space, without the numbers that read_file puts before its lines, and without what JSON adds to text. */
function bare(text: string): string {
  return text
    .replace(/^ *\d+\t/gm, "")
    .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/\\+[nrt]?|\s+/g, "");
}
