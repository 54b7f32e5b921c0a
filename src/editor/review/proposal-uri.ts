import * as z from "zod";
import { parseJson } from "../../core/json";

export const proposalScheme = "hearth-proposal";

/**
 * `id` is the proposal's own: it is there before there is an action, while the model still writes it.
 * `proposed`: the text as it would be. `before`: the text that it would replace, for the editor of many files, which takes a file
 * elsewhere for a renamed one. `nothing`: the empty side of a file that is created or deleted.
 */
const Identity = z.object({ id: z.string(), path: z.string(), side: z.enum(["proposed", "before", "nothing"]) });
export type Identity = z.infer<typeof Identity>;

/** Parts of a URI. The path ends like the file's, so that the editor colours it alike. */
export function proposalParts(identity: Identity): { scheme: string; path: string; query: string } {
  const path = `/${identity.path.replaceAll("\\", "/").replace(/^\/+/, "")}`;
  return { scheme: proposalScheme, path, query: JSON.stringify(identity) };
}

/** Undefined for a URI that is none of ours. */
export function identityOf(uri: { scheme: string; query: string }): Identity | undefined {
  if (uri.scheme !== proposalScheme) {
    return undefined;
  }
  return Identity.safeParse(parseJson(uri.query)).data;
}

/** Titles of the diff's tab. */
export function proposalTitle(edit: {
  path: string;
  base: string | undefined;
  target: string | undefined;
  movedFrom?: string;
}): string {
  const name = edit.path.split(/[\\/]/).at(-1) ?? edit.path;
  if (edit.movedFrom !== undefined) {
    return `${name} (moved from ${edit.movedFrom}, proposed by Hearth)`;
  }
  if (edit.base === undefined) {
    return `${name} (new file, proposed by Hearth)`;
  }
  return edit.target === undefined ? `${name} (deletion, proposed by Hearth)` : `${name} (proposed by Hearth)`;
}

/** Title of the editor that shows all files of a proposal; the editor adds how many. */
export function reviewTitle(paths: readonly string[]): string {
  const names = paths.map((path) => path.split(/[\\/]/).at(-1) ?? path);
  return `Proposed by Hearth: ${names.slice(0, 2).join(", ")}${names.length > 2 ? ", …" : ""}`;
}
