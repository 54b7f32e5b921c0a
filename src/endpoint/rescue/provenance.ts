import type { Message } from "../../core/ports";

/** Whether a text stands in what the model was given to read: a user's message or the result of a tool. */
export function wasGiven(text: string, messages: readonly Message[]): boolean {
  const given = messages.flatMap((message) => (message.role === "assistant" ? [] : [message.text])).join("\n\0\n");
  return bare(given).includes(bare(text)) || standsInLines(bareLines(text), bareLines(given));
}

/** The same where something stands before each line: what a diff, a quotation, a comment or a search puts there. */
function standsInLines([first = "", ...others]: readonly string[], given: readonly string[]): boolean {
  return given.some(
    (line, at) => line.endsWith(first) && others.every((other, index) => given[at + 1 + index]?.endsWith(other)),
  );
}

function bareLines(text: string): string[] {
  return text
    .split("\n")
    .map(bare)
    .filter((line) => line !== "");
}

/** Without white space, without the numbers that read_file puts before its lines, and without what JSON and HTML add to text. */
function bare(text: string): string {
  return text
    .replace(/^ *\d+\t/gm, "")
    .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/&(lt|gt|quot|amp|apos|#39);/g, (_, name: string) => entities[name] ?? "")
    .replace(/\\+[nrt]?|\s+/g, "");
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', amp: "&", apos: "'", "#39": "'" };
