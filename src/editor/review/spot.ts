import * as z from "zod";

/** A part of a proposal, as a lens names it to its command. */
const ProposalSpot = z.object({
  actionId: z.string(),
  path: z.string(),
  /** Absent: the whole file. */
  hunk: z.string().optional(),
});
export type ProposalSpot = z.infer<typeof ProposalSpot>;

/** A part of a file under review. */
const PendingSpot = z.object({ file: z.string(), hunk: z.string().optional() });
export type PendingSpot = z.infer<typeof PendingSpot>;

/** Undefined for what menus and keys give a command: those are about the place of the cursor. */
export function readProposalSpot(argument: unknown): ProposalSpot | undefined {
  return ProposalSpot.safeParse(argument).data;
}

export function readPendingSpot(argument: unknown): PendingSpot | undefined {
  return PendingSpot.safeParse(argument).data;
}
