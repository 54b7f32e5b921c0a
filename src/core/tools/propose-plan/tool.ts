import * as z from "zod";
import { defineTool } from "../tool";
import description from "./description.md";

const input = z.object({
  steps: z
    .array(
      z.object({
        title: z.string().min(1),
        files: z.array(z.string()).default([]),
        check: z.string().default(""),
        done: z.boolean().default(false),
      }),
    )
    .min(1)
    .max(30),
});

/** The user's approval is the effect: the loop tells the model what was decided. */
export const proposePlan = defineTool({
  name: "propose_plan",
  description,
  input,
  effect: () => ({ kind: "plan" }),
  title: ({ steps }) => (steps.length === 1 ? "Propose a plan of 1 step" : `Propose a plan of ${steps.length} steps`),
  prepare: async ({ steps }) => ({
    preview: { kind: "plan", plan: { steps: steps.map((step, index) => ({ id: `s${index + 1}`, ...step })) } },
    edits: [],
  }),
  run: async () => ({ text: "" }),
});
