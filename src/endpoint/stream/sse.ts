import { parseJson } from "../../core/json";

/** What a model server's streamed body holds, one item per piece of data. */
export type StreamItem = { kind: "json"; value: unknown } | { kind: "done" } | { kind: "text"; text: string };

/** A line, or a body that is one JSON document, longer than this is given up on. Characters. */
export const longestLine = 8 * 1024 * 1024;

/**
 * Reads server-sent events as local servers really send them: comments, `event:` lines, any line ends, UTF-8 cut anywhere,
 * several JSON values in one block, a missing last blank line, bare JSON lines, or one JSON document instead of a stream.
 * What is neither comes out as `text` (a web page, a plain error message).
 */
export class StreamReader {
  private readonly decoder = new TextDecoder();
  /** The pieces of a line that has no end yet; joined once, so that a huge line costs no more than its length. */
  private rest: string[] = [];
  private restLength = 0;
  private endedInReturn = false;
  private block: string[] = [];
  private stray = "";
  private sawData = false;
  /** True once a line grew beyond the limit; nothing more is read then. */
  tooLong = false;

  /** Comment lines seen so far: signs of life that carry nothing else. */
  comments = 0;

  push(bytes: Uint8Array): StreamItem[] {
    return this.take(this.decoder.decode(bytes, { stream: true }));
  }

  end(): StreamItem[] {
    const items = this.take(`${this.decoder.decode()}\n\n`);
    items.push(...this.flushStray());
    return items;
  }

  private take(text: string): StreamItem[] {
    if (this.tooLong) {
      return [];
    }
    const items: StreamItem[] = [];
    for (const line of this.lines(text)) {
      this.readLine(line, items);
    }
    if (this.restLength > longestLine || this.stray.length > longestLine || this.blockLength > longestLine) {
      this.tooLong = true;
      this.rest = [];
      this.stray = "";
      this.block = [];
    }
    return items;
  }

  /** The lines that end within `text`. A line feed right after a carriage return belongs to it, also in the next piece. */
  private lines(text: string): string[] {
    const fresh = this.endedInReturn && text.startsWith("\n") ? text.slice(1) : text;
    if (text !== "") {
      this.endedInReturn = text.endsWith("\r");
    }
    const parts = fresh.split(/\r\n|\n|\r/);
    const last = parts.pop() ?? "";
    if (parts.length > 0) {
      parts[0] = this.rest.join("") + parts[0];
      this.rest = [];
      this.restLength = 0;
    }
    this.rest.push(last);
    this.restLength += last.length;
    return parts;
  }

  private get blockLength(): number {
    return this.block.reduce((sum, line) => sum + line.length, 0);
  }

  private readLine(line: string, items: StreamItem[]): void {
    if (line === "") {
      this.flushBlock(items);
    } else if (line.startsWith(":")) {
      this.comments += 1;
    } else if (line.startsWith("data:")) {
      this.sawData = true;
      this.readData(line.slice(line[5] === " " ? 6 : 5), items);
    } else if (!/^(event|id|retry):/.test(line)) {
      this.stray += `${line}\n`;
    }
  }

  /** Most servers put one value on one line; a value over several `data:` lines is joined at the end of its block. */
  private readData(data: string, items: StreamItem[]): void {
    if (this.block.length === 0) {
      const read = readValues(data);
      if (read !== undefined) {
        items.push(...read);
        return;
      }
    }
    this.block.push(data);
  }

  private flushBlock(items: StreamItem[]): void {
    if (this.block.length === 0) {
      return;
    }
    const joined = this.block.join("\n");
    const lines = this.block;
    this.block = [];
    const whole = readValues(joined);
    if (whole !== undefined) {
      items.push(...whole);
      return;
    }
    for (const line of lines) {
      items.push(...(readValues(line) ?? [{ kind: "text" as const, text: line }]));
    }
  }

  private flushStray(): StreamItem[] {
    const stray = this.stray.trim();
    this.stray = "";
    if (stray === "") {
      return [];
    }
    const lines = stray.split("\n").map((line) => readValues(line));
    if (lines.every((values) => values !== undefined)) {
      return lines.flat();
    }
    return readValues(stray) ?? (this.sawData ? [] : [{ kind: "text", text: stray }]);
  }
}

function readValues(text: string): StreamItem[] | undefined {
  const trimmed = text.trim();
  if (trimmed === "") {
    return [];
  }
  if (trimmed === "[DONE]") {
    return [{ kind: "done" }];
  }
  const single = parseJson(trimmed);
  if (single !== undefined) {
    return [{ kind: "json", value: single }];
  }
  const parts = splitValues(trimmed);
  return parts.length > 1 ? readAll(parts) : undefined;
}

function readAll(parts: readonly string[]): StreamItem[] | undefined {
  const items: StreamItem[] = [];
  for (const part of parts) {
    const value = part === "[DONE]" ? undefined : parseJson(part);
    if (value === undefined && part !== "[DONE]") {
      return undefined;
    }
    items.push(value === undefined ? { kind: "done" } : { kind: "json", value });
  }
  return items;
}

/** Cuts `{…}{…}[DONE]` into its values. Text that is no such sequence comes back as one part. */
function splitValues(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === "\\") {
        at += 1;
      } else if (char === '"') {
        inString = false;
      }
    } else if (char === '"') {
      inString = true;
    } else if (char === "{" || char === "[") {
      depth += 1;
    } else if (char === "}" || char === "]") {
      depth -= 1;
      if (depth === 0) {
        parts.push(text.slice(start, at + 1).trim());
        start = at + 1;
      }
    }
  }
  return text.slice(start).trim() === "" ? parts : [text];
}
