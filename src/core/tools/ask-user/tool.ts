import * as z from "zod";
import { defineTool } from "../tool";
import description from "./description.md";

export const askUser = defineTool({
  name: "ask_user",
  description,
  input: z.object({ question: z.string().min(1), options: z.array(z.string()).max(6).default([]) }),
  effect: () => ({ kind: "question" }),
  title: () => "Ask you a question",
  prepare: async ({ question, options }) => ({ preview: { kind: "question", question, options }, edits: [] }),
  run: async (_, { remark }) => ({ text: remark ? `The user answers: ${remark}` : "The user agrees." }),
});
