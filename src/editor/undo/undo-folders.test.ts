import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Places } from "../files/places";
import { UndoFolders } from "./undo-folders";

test("R-11: a folder whose storage could not be made is tried again", async () => {
  const base = await mkdtemp(join(tmpdir(), "hearth-undo-folders-"));
  const root = join(base, "app");
  await mkdir(root);
  const storage = join(base, "storage");
  await writeFile(storage, "in the way");
  const places = new Places(
    () => [{ name: "app", fsPath: root }],
    async (_, path) => ({ relative: path, real: join(root, path), inside: true }),
  );
  const folders = new UndoFolders(storage, places);

  await expect(folders.all()).rejects.toThrow("ENOTDIR");
  await rm(storage);

  expect(await folders.all()).toMatchObject([{ root }]);
  await rm(base, { recursive: true });
});
