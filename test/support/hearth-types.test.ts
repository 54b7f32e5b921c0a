import { expect, expectTypeOf, test } from "vitest";
import * as z from "zod";
import type * as published from "../../hearth";
import type { HearthApi } from "../../src/core/api";
import apiText from "../../src/core/api.ts?raw";
import { AgentEvent, FinishReason, Mode } from "../../src/core/events";
import type { Answer } from "../../src/core/ports";
import { type Schema, typeText } from "./type-text";

const Answered = z.object({
  allow: z.boolean(),
  remark: z.string().optional(),
  hunks: z.array(z.string()).optional(),
});

const named = { Mode, FinishReason, AgentEvent, Answer: Answered };

test("hearth.d.ts says what activate() returns; `npx vitest run test/support/hearth-types.test.ts -u` writes it anew", async () => {
  const types = Object.entries(named).map(
    ([name, schema]) => `export type ${name} = ${typeText(z.toJSONSchema(schema) as Schema)};\n`,
  );
  const own = apiText.replace(/^import .*\n/gm, "").trim();
  const header = '// The types of Hearth\'s API: `vscode.extensions.getExtension<HearthApi>("hearth.hearth")`.';
  await expect([header, ...types, `${own}\n`].join("\n")).toMatchFileSnapshot("../../hearth.d.ts");
});

test("the published types are those of the code", () => {
  expectTypeOf<published.AgentEvent>().toEqualTypeOf<AgentEvent>();
  expectTypeOf<HearthApi>().toExtend<published.HearthApi>();
  expectTypeOf<published.Answer>().toExtend<Answer>();
});
