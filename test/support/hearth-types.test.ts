import { expect, expectTypeOf, test } from "vitest";
import * as z from "zod";
import type * as published from "../../hearth";
import type { HearthApi } from "../../src/core/api";
import apiText from "../../src/core/api.ts?raw";
import * as events from "../../src/core/events";
import eventsText from "../../src/core/events.ts?raw";
import { Plan, Step } from "../../src/core/plan/plan";
import planText from "../../src/core/plan/plan.ts?raw";
import type { Answer } from "../../src/core/ports";
import portsText from "../../src/core/ports.ts?raw";
import { comment, describeSchema, readComments, type Schema, typeText } from "./type-text";

const Answered = z.object({
  allow: z.boolean(),
  remark: z.string().optional(),
  hunks: z.array(z.string()).optional(),
});

/** The parts of an event come after it, each under its own name. */
const { Mode, FinishReason, AgentEvent, ...parts } = events;
const named = { Mode, FinishReason, AgentEvent, Answer: Answered, ...parts, Plan, Step };

/** Every named schema, pointing at the others by their names. */
function readSchemas(): Record<string, Schema> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) {
    registry.add(schema, { id });
  }
  return z.toJSONSchema(registry, { uri: (id) => id }).schemas as Record<string, Schema>;
}

test("hearth.d.ts says what activate() returns; `npx vitest run test/support/hearth-types.test.ts -u` writes it anew", async () => {
  const said = new Map([portsText, planText, eventsText].flatMap((source) => [...readComments(source)]));
  const ofEach = ["seq", "at"].map((name) => `\`${name}\`: ${said.get(`occurrence.${name}`)}`);
  said.set("AgentEvent", [said.get("AgentEvent"), ...ofEach].join("\n"));
  const types = Object.entries(readSchemas()).map(([name, schema]) => {
    const described = describeSchema({ ...schema, description: said.get(name) }, said, name);
    return `${comment(described)}export type ${name} = ${typeText(described)};\n`;
  });
  const own = apiText.replace(/^import .*\n/gm, "").trim();
  const header = '// The types of Hearth\'s API: `vscode.extensions.getExtension<HearthApi>("hearth.hearth")`.\n';
  await expect([header, ...types, `${own}\n`].join("\n")).toMatchFileSnapshot("../../hearth.d.ts");
});

test("the published types are those of the code", () => {
  expectTypeOf<published.AgentEvent>().toEqualTypeOf<events.AgentEvent>();
  expectTypeOf<HearthApi>().toExtend<published.HearthApi>();
  expectTypeOf<published.Answer>().toExtend<Answer>();
});
