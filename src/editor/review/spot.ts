import * as z from "zod";

/** What a lens says its command is about. */
const ProposalSpot = z.object({
  actionId: z.string(),
  path: z.string(),
  /** Absent: the whole file. */
  hunk: z.string().optional(),
});
export type ProposalSpot = z.infer<typeof ProposalSpot>;

/** Undefined for what menus and keys give a command: those are about the place of the cursor. */
export function readSpot(argument: unknown): ProposalSpot | undefined {
  return ProposalSpot.safeParse(argument).data;
}
