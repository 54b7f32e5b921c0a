import { expect, expectTypeOf, test } from "vitest";
import * as z from "zod";
import type * as published from "../../hearth";
import { type Schema, typeText } from "../../test/support/type-text";
import type { HearthApi } from "./api";
import apiText from "./api.ts?raw";
import { AgentEvent, FinishReason, Mode } from "./events";
import type { Answer } from "./ports";

const Answered = z.object({
  allow: z.boolean(),
  remark: z.string().optional(),
  hunks: z.array(z.string()).optional(),
});

const named = { Mode, FinishReason, AgentEvent, Answer: Answered };

test("hearth.d.ts says what activate() returns; `npx vitest run src/core/api.test.ts -u` writes it anew", async () => {
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
