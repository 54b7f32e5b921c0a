import * as z from "zod";
import { FileState } from "./file-state";
import { Unseen } from "./unseen";
import type { Snapshot } from "./workspace-scan";

const Content = z.object({ files: z.array(z.tuple([z.string(), FileState])), unseen: Unseen });

/** What stands in the workspace, as far as it was looked at. */
export type Seen = Pick<Snapshot, "files" | "unseen">;

/** All files of a look at the workspace as one content, the same bytes for the same files. */
export function writeSnapshot({ files, unseen }: Seen): Buffer {
  return Buffer.from(JSON.stringify({ files: [...files].sort(([a], [b]) => (a < b ? -1 : 1)), unseen }));
}

export function readSnapshot(content: Buffer): Seen {
  const { files, unseen } = Content.parse(JSON.parse(content.toString("utf8")));
  return { files: new Map(files), unseen };
}
