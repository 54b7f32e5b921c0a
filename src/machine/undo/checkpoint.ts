import * as z from "zod";
import { ProcessIdentity } from "../journal/process-identity";
import { FileState } from "./file-state";

/** One file as an action found it and left it. `path` is relative to the workspace, or absolute when outside. */
export const FileRecord = z.object({
  path: z.string(),
  before: FileState,
  /** What the action leaves, once it is done; while it is under way what it means to leave, where that is known. */
  after: FileState.optional(),
  /** The outermost folder that had to be made for this file. */
  madeFolder: z.string().optional(),
});
export type FileRecord = z.infer<typeof FileRecord>;

/** What the files were before an action, and after it. */
export const Checkpoint = z.object({
  v: z.literal(1),
  id: z.string(),
  taskId: z.string(),
  actionId: z.string(),
  /** Order within the task. */
  order: z.int(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  label: z.string(),
  kind: z.enum(["edit", "command", "restore"]),
  /** `open`: the action was under way; only a crash leaves it so. */
  state: z.enum(["open", "done"]),
  /** The process that made it: as long as that runs, an open checkpoint is its own business. */
  owner: ProcessIdentity,
  files: z.array(FileRecord),
  /** For a command under way: the content that lists all files as they were. */
  snapshot: z.string().optional(),
  /** For a command: whether all files around it were looked at, and if not, why. */
  incomplete: z.string().optional(),
  /** For a command: files that somebody else wrote while it ran. What became of them is not its own, so it is not among `files`. */
  leftOut: z.array(z.string()).optional(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

/** The contents that a checkpoint needs. */
export function hashesOf(checkpoint: Checkpoint): string[] {
  const states = checkpoint.files.flatMap(({ before, after }) => (after === undefined ? [before] : [before, after]));
  const hashes = states.flatMap((state) => (state.kind === "file" ? [state.hash] : []));
  return checkpoint.snapshot === undefined ? hashes : [...hashes, checkpoint.snapshot];
}
