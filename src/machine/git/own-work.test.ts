import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { injections } from "../../../test/fixtures/machine/faults";
import { GitTrail } from "./git-trail";

const count = 24;
const some = fc.uniqueArray(fc.nat({ max: count - 1 }), { maxLength: 4 });
const start = Array.from({ length: count }, (_, index) => `line ${index}`);

function edit(lines: readonly string[], at: readonly number[], mark: string): string[] {
  return lines.map((line, index) => (at.includes(index) ? `${line} ${mark}` : line));
}

const textOf = (lines: readonly string[]) => `${lines.join("\n")}\n`;

test("whatever the user has staged and typed, a commit holds the action's hunks alone or the file is left out", async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), "hearth-own-")));
  const git = (...args: string[]) => execFileSync("git", args, { cwd: root, encoding: "utf8" });
  git("init", "-q");
  git("config", "user.name", "User");
  git("config", "user.email", "user@example.org");
  await writeFile(join(root, "f.txt"), textOf(start));
  git("add", ".");
  git("commit", "-qm", "First");
  const first = git("rev-parse", "HEAD").trim();
  const trail = await GitTrail.open(root);
  const marked = (mark: string, ...args: string[]) =>
    git("diff", "-U0", ...args)
      .split("\n")
      .flatMap((line) => (/^\+(?!\+)/.test(line) ? [line] : []))
      .filter((line) => line.includes(mark)).length;
  const counts = { committed: 0, leftOut: 0 };

  await fc.assert(
    fc.asyncProperty(some, some, some, async (staged, typed, acted) => {
      git("reset", "-q", "--hard", first);
      const inIndex = edit(start, staged, "staged");
      await writeFile(join(root, "f.txt"), textOf(inIndex));
      git("add", ".");
      const before = textOf(edit(inIndex, typed, "typed"));
      const after = textOf(edit(edit(inIndex, typed, "typed"), acted, "agent"));
      await writeFile(join(root, "f.txt"), after);
      const file = (text: string) => ({ content: Buffer.from(text), mode: "100644" as const });
      const made = await trail?.commitAction(
        [{ path: join(root, "f.txt"), before: file(before), after: file(after) }],
        { what: "Edit", request: "", taskId: "t", model: "m" },
      );
      expect(await readFile(join(root, "f.txt"), "utf8")).toBe(after);
      const index = git("show", ":f.txt");
      if (made?.commit === undefined) {
        counts.leftOut += acted.length > 0 ? 1 : 0;
        expect(acted.length === 0 || (made?.leftOut.length ?? 0) > 0).toBe(true);
        expect(git("rev-parse", "HEAD").trim()).toBe(first);
        expect(index).toBe(textOf(inIndex));
        return;
      }
      counts.committed += 1;
      expect(git("show", "HEAD:f.txt")).toBe(textOf(edit(start, acted, "agent")));
      expect(index).toBe(textOf(edit(inIndex, acted, "agent")));
      expect([marked("agent", "--cached"), marked("staged", "--cached"), marked("typed", "--cached")]).toEqual([
        0,
        staged.length,
        0,
      ]);
      expect(marked("typed")).toBe(typed.length);
    }),
    { numRuns: injections(20, 200), seed: 20_261_120 },
  );
  expect(counts.committed).toBeGreaterThan(3);
  process.stdout.write(
    `Audit trail: ${counts.committed} commits of own hunks, ${counts.leftOut} left out, 0 lines of the user's\n`,
  );
  await rm(root, { recursive: true, force: true });
}, 600_000);
