import * as z from "zod";

/** What a look at the workspace did not reach: nothing can be said about what stands there. */
export const Unseen = z.object({
  /** The first path, in the order of names, that was one too many. */
  from: z.string().optional(),
  /** Folders and files that could not be looked at; the empty path is the workspace itself. */
  closed: z.array(z.string()),
});
export type Unseen = z.infer<typeof Unseen>;

export function isUnseen({ from, closed }: Unseen, path: string): boolean {
  const tooLate = from !== undefined && !comesBefore(path, from);
  return tooLate || closed.some((other) => other === "" || path === other || path.startsWith(`${other}/`));
}

/** Depth first, in the order of names. */
function comesBefore(path: string, other: string): boolean {
  const names = path.split("/");
  const others = other.split("/");
  const at = names.findIndex((name, index) => name !== others[index]);
  return at === -1 ? names.length < others.length : at < others.length && (names[at] ?? "") < (others[at] ?? "");
}
