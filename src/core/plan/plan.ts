import * as z from "zod";

/** One step of a plan, as the model proposes it and the user edits it. */
export const Step = z.object({
  id: z.string(),
  title: z.string().min(1),
  /** Workspace-relative files the step concerns. */
  files: z.array(z.string()),
  /** How it will be checked, in words or as a command. */
  check: z.string(),
  done: z.boolean(),
});
export type Step = z.infer<typeof Step>;

/** A plan is data: the user can edit, reorder, delete and add steps before approving it. */
export const Plan = z.object({ steps: z.array(Step) });
export type Plan = z.infer<typeof Plan>;
