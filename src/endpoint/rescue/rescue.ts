import { parseJson } from "../../core/json";
import type { Message, ToolSpec } from "../../core/ports";
import { fieldOf, isObject } from "../stream/json";
import { adapt, fits, matchTool, readArguments, typed } from "./arguments";
import { bareJson } from "./formats/bare";
import type { Block, Format, RawCall } from "./formats/format";
import { dsml, minimaxM2, minimaxM3 } from "./formats/invoke";
import { glm, hermes, lmStudio, qwenCoder } from "./formats/tagged";
import { deepseek, harmony, kimi, mistral } from "./formats/tokens";
import {
  announcesCall,
  followsCall,
  isShown,
  leadsToCall,
  type Shown,
  shownParts,
  trailing,
  withoutEndMarks,
} from "./place";
import { wasGiven } from "./provenance";

export interface Rescued {
  /** Which way of writing calls it was. */
  format: string;
  calls: { name: string; arguments: string }[];
  /** What is left of the text without them. */
  text: string;
}

interface Found extends Rescued {
  /** How the calls were written. */
  written: string[];
}

const formats: readonly Format[] = [
  minimaxM3,
  dsml,
  kimi,
  deepseek,
  mistral,
  lmStudio,
  harmony,
  glm,
  qwenCoder,
  minimaxM2,
  hermes,
];
const longest = 512 * 1024;

/**
 * Finds calls that a model wrote into its text because its server did not recognise them. Text that only talks about calls,
 * quotes one or shows one in a code fence is left alone: a call must stand free, at the end of what is said, and must not
 * stand in what the model was `given` to read.
 */
export function rescueCalls(
  text: string,
  tools: readonly ToolSpec[],
  given: readonly Message[] = [],
): Rescued | undefined {
  if (tools.length === 0 || text.length > longest || !/[{[<]/.test(text)) {
    return undefined;
  }
  const found = rescueMarked(text, tools) ?? rescueJson(text, tools) ?? rescueFenced(withoutEndMarks(text), tools);
  return found?.written.some((call) => wasGiven(call, given)) ? undefined : found;
}

/** Whether a text ends in something that is written like a call, be it one of the tools or not. */
export function endsInCall(text: string): boolean {
  if (text.length > longest) {
    return false;
  }
  return formats.some((format) => {
    const last = findBlocks(text, format).at(-1);
    const after = last && text.slice(last.end);
    return after !== undefined && (trailing(after) === "" || holdsUnread(after));
  });
}

function rescueMarked(text: string, tools: readonly ToolSpec[]): Found | undefined {
  for (const format of formats) {
    const blocks = findBlocks(text, format);
    const calls = blocks.length === 0 ? undefined : settle(blocks, tools);
    if (calls !== undefined && standFree(text, blocks)) {
      const written = blocks.map(({ start, end }) => text.slice(start, end));
      return { format: format.name, calls, text: without(text, blocks), written };
    }
  }
  return undefined;
}

function findBlocks(text: string, format: Format): Block[] {
  const blocks: Block[] = [];
  let shown: Shown[] | undefined;
  const openers = new RegExp(format.openers.source, format.openers.flags);
  for (let opener = openers.exec(text); opener !== null; opener = openers.exec(text)) {
    const at = opener.index;
    shown ??= shownParts(text, blocks.at(-1)?.end);
    const block = isShown(shown, at) ? undefined : format.read(text, at);
    if (block !== undefined) {
      blocks.push(block);
      // what backticks inside of a call pair with is no part of what is shown
      shown = /[`~]/.test(text.slice(at, block.end)) ? undefined : shown;
      openers.lastIndex = Math.max(block.end, at + 1);
    } else if (opener[0] === "") {
      openers.lastIndex = at + 1;
    }
  }
  return blocks;
}

/** Calls stand at the end of a reply. Words may follow only when nothing came before, and not on the same line. */
function standFree(text: string, blocks: readonly Block[]): boolean {
  const [first] = blocks;
  const last = blocks.at(-1);
  if (first === undefined || last === undefined) {
    return false;
  }
  const lead = text.slice(0, first.start);
  if (!leadsToCall(lead) || /["“'‘(«]\s*$/.test(lead)) {
    return false;
  }
  const between = blocks.slice(1).map((block, index) => text.slice(blocks[index]?.end ?? 0, block.start));
  const after = text.slice(last.end);
  if (!between.every(leadsToCall) || [...between, after].some(holdsUnread)) {
    return false;
  }
  const rest = trailing(after);
  return rest === "" || (lead.trim() === "" && /^\s*\n/.test(after) && followsCall(rest));
}

/** Whether a text behind a call holds the beginning of another, which could not be read. */
function holdsUnread(text: string): boolean {
  const shown = shownParts(text);
  return (
    trailing(text) !== "" &&
    formats.some(({ openers }) => [...text.matchAll(openers)].some(({ index }) => !isShown(shown, index)))
  );
}

function rescueJson(text: string, tools: readonly ToolSpec[]): Found | undefined {
  const cleaned = withoutEndMarks(text).replace(/^\s*<\|python_tag\|>/, "");
  const whole = bareJson(cleaned);
  const calls = whole === undefined ? undefined : settle([whole], tools);
  if (calls !== undefined) {
    return { format: "json", calls, text: "", written: [cleaned] };
  }
  return rescueLastLines(cleaned, tools);
}

/** JSON that begins a line of its own behind an announcement, and goes on to the end of the text. */
function rescueLastLines(text: string, tools: readonly ToolSpec[]): Found | undefined {
  const start = /^[ \t]*[{[]/m.exec(text)?.index;
  const lead = text.slice(0, start);
  if (start === undefined || start === 0 || shownParts(lead).some((part) => part.fence !== undefined)) {
    return undefined;
  }
  const block = announcesCall(lead) ? bareJson(text.slice(start)) : undefined;
  const calls = block === undefined ? undefined : settle([block], tools);
  return calls === undefined ? undefined : { format: "json", calls, text: lead.trim(), written: [text.slice(start)] };
}

const callLanguages = new Set(["", "json", "jsonc", "json5", "tool_code", "tool_call", "tool", "xml", "text"]);

/** A fence at the very end that holds nothing but a call, behind an announcement or nothing. */
function rescueFenced(text: string, tools: readonly ToolSpec[]): Found | undefined {
  const fences = shownParts(text).filter((part) => part.fence !== undefined);
  const last = fences.at(-1);
  if (
    last?.fence === undefined ||
    !callLanguages.has(last.fence.language.toLowerCase()) ||
    trailing(text.slice(last.end)) !== ""
  ) {
    return undefined;
  }
  const lead = text.slice(0, fences[0]?.start ?? 0);
  const onlyFences = fences
    .slice(1)
    .every((part, index) => text.slice(fences[index]?.end ?? 0, part.start).trim() === "");
  if (!onlyFences || !announcesCall(lead)) {
    return undefined;
  }
  const written = fences.map((part) => part.fence?.body ?? "");
  const inside = written.map((body) => rescueInside(body, lead, tools));
  return inside.every((found) => found !== undefined)
    ? { format: "fenced", calls: inside.flat(), text: lead.trim(), written }
    : undefined;
}

function rescueInside(body: string, lead: string, tools: readonly ToolSpec[]): Rescued["calls"] | undefined {
  const json = bareJson(body);
  if (json !== undefined) {
    return settle([json], tools);
  }
  return lead.trim() === "" ? rescueMarked(body, tools)?.calls : undefined;
}

/** All calls, or none: one that fits no tool shows that the text was something else. */
function settle(blocks: readonly Block[], tools: readonly ToolSpec[]): Rescued["calls"] | undefined {
  const calls = blocks.flatMap((block) => block.calls).map((call) => settleCall(call, tools));
  return calls.every((call) => call !== undefined) ? calls : undefined;
}

function settleCall(raw: RawCall, tools: readonly ToolSpec[]): Rescued["calls"][number] | undefined {
  const tool = matchTool(raw.name, tools);
  const args = tool === undefined ? undefined : argumentsOf(raw, tool);
  return tool === undefined || args === undefined || !fits(args, tool)
    ? undefined
    : { name: tool.name, arguments: JSON.stringify(args) };
}

function argumentsOf(raw: RawCall, tool: ToolSpec): Record<string, unknown> | undefined {
  if ("json" in raw) {
    const args = typeof raw.json === "string" ? readArguments(raw.json, true) : (raw.json ?? {});
    return isObject(args) ? adapt(args, tool) : undefined;
  }
  const properties = fieldOf(tool.parameters, "properties");
  return Object.fromEntries(
    raw.parameters.map(([key, value, isText]) => [
      key,
      isText === true ? value : isText === false ? jsonOr(value) : typed(value, fieldOf(properties, key)),
    ]),
  );
}

function jsonOr(text: string): unknown {
  const value = parseJson(text.trim());
  return value === undefined ? text : value;
}

function without(text: string, blocks: readonly Block[]): string {
  let kept = "";
  let at = 0;
  for (const block of blocks) {
    kept += text.slice(at, block.start);
    at = block.end;
  }
  return `${kept}${trailing(text.slice(at))}`.trim();
}
