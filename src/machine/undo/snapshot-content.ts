import * as z from "zod";
import { FileState } from "./file-state";

const Snapshot = z.array(z.tuple([z.string(), FileState]));

/** All files of a look at the workspace as one content, the same bytes for the same files. */
export function writeSnapshot(files: ReadonlyMap<string, FileState>): Buffer {
  return Buffer.from(JSON.stringify([...files].sort(([a], [b]) => (a < b ? -1 : 1))));
}

export function readSnapshot(content: Buffer): Map<string, FileState> {
  return new Map(Snapshot.parse(JSON.parse(content.toString("utf8"))));
}
