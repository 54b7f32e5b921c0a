import { type Checkpoint, hashesOf } from "./checkpoint";
import type { UndoParts } from "./parts";
import { readSnapshot } from "./snapshot-content";

export interface CollectLimits {
  /** Tasks that must stay undoable, whatever their age and size. */
  undoable: ReadonlySet<string>;
  maxAgeMs: number;
  /** For all contents together. */
  maxBytes: number;
}

interface Kept {
  taskId: string;
  checkpoints: Checkpoint[];
  lastAt: number;
}

/** Forgets tasks that are too old, then the oldest ones until the rest is small enough. Returns the bytes made free. */
export async function collect(parts: UndoParts, limits: CollectLimits): Promise<number> {
  let kept = await readTasks(parts);
  await parts.blobs.refresh(); // what other windows have recorded names contents that only they have seen
  let freed = 0;
  for (const task of kept.filter((candidate) => isCollectable(candidate, limits))) {
    const tooOld = parts.now() - task.lastAt > limits.maxAgeMs;
    if (tooOld || (await parts.blobs.bytes()) > limits.maxBytes) {
      await parts.log.removeTask(task.taskId);
      kept = kept.filter((other) => other !== task);
      freed += await sweep(parts, kept);
    }
  }
  return freed + (await sweep(parts, kept));
}

async function readTasks(parts: UndoParts): Promise<Kept[]> {
  const tasks = await Promise.all(
    (await parts.log.tasks()).map(async (taskId) => {
      const checkpoints = await parts.log.list(taskId);
      return { taskId, checkpoints, lastAt: Math.max(0, ...checkpoints.map(({ at }) => at)) };
    }),
  );
  return tasks.sort((a, b) => a.lastAt - b.lastAt);
}

function isCollectable({ taskId, checkpoints }: Kept, { undoable }: CollectLimits): boolean {
  return !undoable.has(taskId) && checkpoints.every(({ state }) => state === "done");
}

async function sweep(parts: UndoParts, kept: readonly Kept[]): Promise<number> {
  const live = new Set<string>();
  for (const checkpoint of kept.flatMap(({ checkpoints }) => checkpoints)) {
    for (const hash of [...hashesOf(checkpoint), ...(await hashesOfSnapshot(parts, checkpoint))]) {
      live.add(hash);
    }
  }
  return parts.blobs.collect(live, parts.now());
}

async function hashesOfSnapshot(parts: UndoParts, { snapshot }: Checkpoint): Promise<string[]> {
  if (snapshot === undefined || !parts.blobs.has(snapshot)) {
    return [];
  }
  const states = readSnapshot(await parts.blobs.read(snapshot)).files.values();
  return [...states].flatMap((state) => (state.kind === "file" ? [state.hash] : []));
}
