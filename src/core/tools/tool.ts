import * as z from "zod";
import type { Effect, Preview } from "../events";
import type { FileEdit, Files, Search, Shell, ToolSpec } from "../ports";

/** What a tool may use. Everything else is out of its reach. */
export interface ToolContext {
  files: Files;
  search: Search;
  shell: Shell;
  /** The text of each file as this task last read it, so that a failed edit can say what changed since. */
  seen: ReadonlyMap<string, string>;
  /** Characters that a result may have: less when the model's window is small. */
  longestResult: number;
  /** Lines that one read shows when the model does not say. */
  usualLines: number;
  /** Files of up to this many lines are better written whole by this model; 0: none. */
  wholeFileBelowLines: number;
  signal: AbortSignal;
}

/** A call made concrete, before anyone is asked. */
export interface Prepared {
  preview: Preview;
  /** The texts that would be written; the approval is bound to them. */
  edits: readonly FileEdit[];
  /** For the model: what was read other than written. */
  notes?: readonly string[];
}

export interface ToolRun {
  context: ToolContext;
  edits: readonly FileEdit[];
  notes: readonly string[];
  /** Live output for the panel. */
  show(text: string): void;
  /** What the user said with the approval. */
  remark: string | undefined;
}

export interface ToolResult {
  /** For the model. */
  text: string;
  failed?: boolean;
  exitCode?: number | null;
  changed?: string[];
  /** Texts the model has now seen, by path. */
  read?: ReadonlyMap<string, string>;
}

type Accepted<Input> = { ok: true; input: Input } | { ok: false; problem: string };

interface ToolDefinition<Input, Schema = Input> {
  name: string;
  /** For the model; every word is sent with every request. */
  description: string;
  input: z.ZodType<Schema>;
  /** Reads what the model wrote; a problem goes back to it. */
  accept(raw: unknown): Accepted<Input>;
  /** What the gate judges. */
  effect(input: Input): Effect;
  title(input: Input): string;
  /** Works out what would happen. Throws `ToolFailure` with a text for the model when it cannot. */
  prepare?(input: Input, context: ToolContext): Promise<Prepared>;
  run(input: Input, run: ToolRun): Promise<ToolResult>;
}

/** A tool with its input type closed over: `read` parses what the model wrote. */
export interface Tool {
  name: string;
  spec: ToolSpec;
  read(input: unknown): { ok: true; call: ToolCall } | { ok: false; problem: string };
}

export interface ToolCall {
  effect: Effect;
  title: string;
  prepare(context: ToolContext): Promise<Prepared>;
  run(run: ToolRun): Promise<ToolResult>;
}

/** A tool whose input is what its schema says. */
export function defineTool<Input>(definition: Omit<ToolDefinition<Input>, "accept">): Tool {
  const accept = (raw: unknown): Accepted<Input> => {
    const parsed = definition.input.safeParse(raw);
    return parsed.success ? { ok: true, input: parsed.data } : { ok: false, problem: z.prettifyError(parsed.error) };
  };
  return defineTolerantTool({ ...definition, accept });
}

/** A tool that understands more than its schema says, because models write more than that. */
export function defineTolerantTool<Input, Schema>(definition: ToolDefinition<Input, Schema>): Tool {
  return {
    name: definition.name,
    spec: {
      name: definition.name,
      description: definition.description.trim(),
      parameters: parametersOf(definition.input),
    },
    read(raw) {
      const accepted = definition.accept(raw);
      return accepted.ok ? { ok: true, call: bind(definition, accepted.input) } : accepted;
    },
  };
}

function bind<Input, Schema>(definition: ToolDefinition<Input, Schema>, input: Input): ToolCall {
  const effect = definition.effect(input);
  return {
    effect,
    title: definition.title(input),
    prepare: (context) =>
      definition.prepare?.(input, context) ?? Promise.resolve({ preview: readingPreview(effect), edits: [] }),
    run: (run) => definition.run(input, run),
  };
}

function readingPreview(effect: Effect): Preview {
  return { kind: "read", paths: effect.kind === "read" ? effect.paths : [] };
}

/** Plain JSON Schema: llama.cpp turns it into a grammar, so only the simple keywords stay. */
function parametersOf(input: z.ZodType): unknown {
  const { $schema: _, ...schema } = z.toJSONSchema(input, { io: "input" });
  return simplify(schema);
}

const keptKeywords = new Set(["type", "properties", "required", "items", "enum", "description"]);

function simplify(schema: unknown): unknown {
  if (Array.isArray(schema) || typeof schema !== "object" || schema === null) {
    return schema;
  }
  const kept = Object.entries(schema).filter(([keyword]) => keptKeywords.has(keyword));
  return Object.fromEntries(
    kept.map(([keyword, value]) => [
      keyword,
      keyword === "properties"
        ? Object.fromEntries(Object.entries(value as object).map(([name, inner]) => [name, simplify(inner)]))
        : keyword === "items"
          ? simplify(value)
          : value,
    ]),
  );
}
