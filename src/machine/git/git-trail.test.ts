import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { UndoStore } from "../undo/undo-store";
import { changedFilesOf } from "./checkpoint-files";
import { type ChangedFile, type FileVersion, GitTrail } from "./git-trail";

vi.setConfig({ testTimeout: 60_000 });

let base: string;
let root: string;

beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "hearth-git-")));
  root = join(base, "app");
  await mkdir(root);
  git("init", "-q", "-b", "main");
  git("config", "user.name", "User");
  git("config", "user.email", "user@example.org");
  await put("cart.js", lines(1, 30));
  await put("other.js", lines(1, 10));
  git("add", ".");
  git("commit", "-qm", "First");
});

afterEach(() => rm(base, { recursive: true, force: true }));

function git(...args: string[]): string {
  return execFileSync("git", args, { cwd: root, encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
}

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}\n`).join("");

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

const text = (path: string) => readFile(join(root, path), "utf8");

function version(content: string | undefined, mode: FileVersion["mode"] = "100644"): FileVersion | undefined {
  return content === undefined ? undefined : { content: Buffer.from(content), mode };
}

/** Changes a file as the agent does, and tells it as an action does. */
async function act(path: string, change: (before: string) => string | undefined): Promise<ChangedFile> {
  const before = await text(path).catch(() => undefined);
  const after = change(before ?? "");
  await (after === undefined ? rm(join(root, path)) : put(path, after));
  return { path: join(root, path), before: version(before), after: version(after) };
}

const parts = { what: "Add a discount", request: "Members pay less", taskId: "t1", model: "tiny" };

async function trail(): Promise<GitTrail> {
  const opened = await GitTrail.open(root);
  if (opened === undefined) {
    throw new Error("no repository");
  }
  return opened;
}

async function commit(...files: ChangedFile[]) {
  return (await trail()).commitAction(files, parts);
}

/** The changed lines of a diff. */
const hunksOf = (...args: string[]) =>
  git("diff", "-U0", ...args)
    .split("\n")
    .filter((line) => /^[+-](?![+-])/.test(line));

test("the co-author of a commit is one for git too", async () => {
  const file = await act("cart.js", (before) => before.replace("line 15\n", "line 15, by the agent\n"));
  await (await trail()).commitAction([file], { ...parts, coAuthor: "Ada Lovelace <ada@example.org>" });

  expect(git("log", "-1", "--format=%(trailers:key=Co-authored-by,valueonly)").trim()).toBe(
    "Ada Lovelace <ada@example.org>",
  );
  expect(git("log", "-1", "--format=%(trailers:key=Hearth-Task,valueonly)").trim()).toBe("t1");
});

test("a commit holds exactly the action's own hunks; what the user staged and did not stage stays", async () => {
  await put("cart.js", lines(1, 30).replace("line 3\n", "line 3, staged\n"));
  await put("other.js", `${lines(1, 10)}staged\n`);
  git("add", ".");
  await put("cart.js", (await text("cart.js")).replace("line 27\n", "line 27, typed\n"));
  await put("untracked.js", "mine\n");
  const file = await act("cart.js", (before) => before.replace("line 15\n", "line 15, by the agent\n"));
  const worktree = await text("cart.js");
  const made = await act("made.js", () => "made\n");

  const { commit: id, leftOut } = await commit(file, made);

  expect(leftOut).toEqual([]);
  expect(git("rev-parse", "HEAD").trim()).toBe(id);
  expect(hunksOf("HEAD~", "HEAD")).toEqual(["-line 15", "+line 15, by the agent", "+made"]);
  expect(hunksOf("--cached")).toEqual(["-line 3", "+line 3, staged", "+staged"]);
  expect(hunksOf()).toEqual(["-line 27", "+line 27, typed"]);
  expect(await text("cart.js")).toBe(worktree);
  expect(git("status", "--porcelain")).toBe("MM cart.js\nM  other.js\n?? untracked.js\n");
  expect(git("log", "-1", "--format=%B")).toBe(
    "Add a discount\n\nAsked for:\n\n    Members pay less\n\nHearth-Task: t1\nHearth-Model: tiny\n\n",
  );
  expect(git("fsck", "--strict", "--no-dangling")).toBe("");
});

test("making, removing, protecting and linking files", async () => {
  const removed = await act("other.js", () => undefined);
  await put("run.sh", "echo\n");
  await symlink("cart.js", join(root, "link"));
  const made: ChangedFile[] = [
    removed,
    { path: join(root, "run.sh"), before: undefined, after: version("echo\n", "100755") },
    { path: join(root, "link"), before: undefined, after: version("cart.js", "120000") },
    { path: join(root, "cart.js"), before: version(lines(1, 30)), after: version(lines(1, 30), "100755") },
  ];
  await chmod(join(root, "run.sh"), 0o755);
  await chmod(join(root, "cart.js"), 0o755);
  expect((await commit(...made)).leftOut).toEqual([]);
  expect(git("status", "--porcelain")).toBe("");
  expect(git("diff", "--summary", "HEAD~", "HEAD")).toBe(
    [
      " mode change 100644 => 100755 cart.js",
      " create mode 120000 link",
      " delete mode 100644 other.js",
      " create mode 100755 run.sh",
      "",
    ].join("\n"),
  );
});

test.each([
  "a b.js",
  "-x.js",
  ":(top)x.js",
  "*.js",
  "ü\u0301.js",
  "new\nline.js",
  "$(touch pwned).js",
  "d/e/f.js",
  '"q".js',
])("the name %j is taken as it is", async (path) => {
  const { leftOut } = await commit(await act(path, () => "made\n"));
  expect(leftOut).toEqual([]);
  const changed = await commit(await act(path, (before) => `${before}more\n`));
  expect(changed.leftOut).toEqual([]);
  expect(git("status", "--porcelain")).toBe("");
  expect(git("show", "-z", "--name-only", "--format=")).toBe(`${path}\0`);
});

test("what cannot be told apart from the user's own work is left out, with the reason", async () => {
  await put("cart.js", lines(1, 30).replace("line 15\n", "line 15, typed\n"));
  const overlapping = await act("cart.js", (before) => before.replace("line 15, typed\n", "line 15, agent\n"));
  await put("other.js", lines(1, 10).replace("line 5\n", "line 5, staged\n"));
  git("add", "other.js");
  await put("other.js", lines(1, 10));
  const staged = await act("other.js", (before) => before.replace("line 5\n", "line 5, agent\n"));
  await put("untracked.js", "mine\n");
  const untracked = await act("untracked.js", (before) => `${before}agent\n`);
  await put(".git/info/exclude", "ignored/\n");
  const ignored = await act("ignored/x.js", () => "x\n");
  await mkdir(join(root, "nested"));
  execFileSync("git", ["init", "-q"], { cwd: join(root, "nested") });
  const nested = await act("nested/x.js", () => "x\n");
  const outside: ChangedFile = { path: join(base, "x.js"), before: undefined, after: version("x") };
  const before = git("status", "--porcelain");

  const { commit: id, leftOut } = await commit(overlapping, staged, untracked, ignored, nested, outside);

  expect(id).toBeUndefined();
  expect(leftOut.map(({ why }) => why)).toEqual([
    "It touches lines that you have changed and not committed.",
    "It touches lines that you have staged.",
    "It was not under version control before, so the commit would hold your part of it too.",
    "It is ignored by this repository.",
    "It belongs to another repository inside this one.",
    "It is outside this repository.",
  ]);
  expect(git("status", "--porcelain")).toBe(before);
  expect(git("rev-list", "--count", "HEAD").trim()).toBe("1");
});

test("line ends are committed as this repository wants them", async () => {
  await put(".gitattributes", "*.txt text eol=crlf\n");
  await put("a.txt", "one\r\ntwo\r\n");
  git("add", ".");
  git("commit", "-qm", "Attributes");
  await commit(await act("a.txt", (before) => before.replace("two", "three")));
  expect(git("cat-file", "blob", "HEAD:a.txt")).toBe("one\nthree\n");
  expect(git("status", "--porcelain")).toBe("");
});

test("the subject follows the repository's convention, and our own commits do not count", async () => {
  git("commit", "-q", "--allow-empty", "-m", "feat: a");
  git("commit", "-q", "--allow-empty", "-m", "fix: b");
  git("commit", "-q", "--allow-empty", "-m", "Oddly\n\nHearth-Task: t0");
  await commit(await act("cart.js", (before) => `${before}more\n`));
  expect(git("log", "-1", "--format=%s")).toBe("feat: add a discount\n");
});

test("hooks run, see only the commit, and may change it; one that refuses leaves everything as it was", async () => {
  const hook = join(root, ".git/hooks/pre-commit");
  await writeFile(hook, "#!/bin/sh\ngit diff --cached --name-only > seen\nexit 0\n");
  await chmod(hook, 0o755);
  await put("other.js", "staged by the user\n");
  git("add", "other.js");
  await commit(await act("cart.js", (before) => `${before}more\n`));
  expect(await text("seen")).toBe("cart.js\n");
  expect(hunksOf("--cached").at(-1)).toBe("+staged by the user");

  await writeFile(hook, "#!/bin/sh\necho 'lint found 3 problems' >&2\nexit 1\n");
  const head = git("rev-parse", "HEAD");
  const file = await act("cart.js", (before) => `${before}even more\n`);
  const status = git("status", "--porcelain");
  await expect(commit(file)).rejects.toMatchObject({
    code: "git_failed",
    message: expect.stringContaining("lint found 3 problems"),
  });
  expect(git("rev-parse", "HEAD")).toBe(head);
  expect(git("status", "--porcelain")).toBe(status);

  await writeFile(hook, "#!/bin/sh\nprintf 'formatted\\n' > cart.js && git add cart.js\n");
  await commit(file);
  expect(git("cat-file", "blob", "HEAD:cart.js")).toBe("formatted\n");
  expect(git("status", "--porcelain")).toBe("M  other.js\n?? seen\n");
});

test("S-B9: looking starts no program that the repository names, and a commit can be asked about first", async () => {
  const marker = join(base, "marker");
  const evil = join(base, "evil.sh");
  await writeFile(evil, `#!/bin/sh\ntouch ${marker}\ncat\n`);
  await chmod(evil, 0o755);
  await put(".gitattributes", "* diff=evil filter=evil merge=evil\n");
  for (const key of [
    "core.fsmonitor",
    "core.pager",
    "core.editor",
    "core.sshCommand",
    "diff.external",
    "diff.evil.command",
    "diff.evil.textconv",
    "filter.evil.clean",
    "filter.evil.smudge",
    "merge.evil.driver",
    "gpg.program",
    "remote.origin.uploadpack",
    "sequence.editor",
  ]) {
    git("config", key, evil);
  }
  git("config", "core.hooksPath", "hooks");
  git("config", "log.showSignature", "true");
  await put("hooks/pre-commit", "#!/bin/sh\nexit 1\n");
  await chmod(join(root, "hooks/pre-commit"), 0o755);
  await rm(marker, { force: true });
  await writeFile(join(root, ".git/HEAD"), ["ref: refs/heads/x;touch$", "{IFS}marker\n"].join(""));

  const programs = await (await trail()).programs();

  await expect(readFile(marker)).rejects.toThrow("ENOENT");
  await expect(readFile(join(root, "marker"))).rejects.toThrow("ENOENT");
  expect(programs.length).toBe(15);
  expect(programs).toContain(`filter.evil.clean = ${evil}`);
  expect(programs).toContain("hook pre-commit");
});

test("an ordinary repository names no programs", async () => {
  expect(await (await trail()).programs()).toEqual([]);
});

test("nothing is committed in the middle of a merge, or while another git is at work", async () => {
  const file = await act("cart.js", (before) => `${before}more\n`);
  await writeFile(join(root, ".git/index.lock"), "");
  await expect(commit(file)).rejects.toMatchObject({ code: "git_busy" });
  await rm(join(root, ".git/index.lock"));
  await writeFile(join(root, ".git/MERGE_HEAD"), git("rev-parse", "HEAD"));
  await expect(commit(file)).rejects.toMatchObject({ code: "git_unfinished" });
  await rm(join(root, ".git/MERGE_HEAD"));
  expect((await commit(file)).commit).toBeDefined();
});

test("the first commit of all, a detached head, a subfolder, another work tree, and no repository", async () => {
  git("checkout", "-q", "--detach");
  await commit(await act("cart.js", (before) => `${before}more\n`));
  expect(git("rev-list", "--count", "HEAD").trim()).toBe("2");

  git("worktree", "add", "-q", join(base, "tree"), "main");
  await writeFile(join(base, "tree/other.js"), "changed\n");
  const inTree = await GitTrail.open(join(base, "tree"));
  await inTree?.commitAction(
    [{ path: join(base, "tree/other.js"), before: version(lines(1, 10)), after: version("changed\n") }],
    parts,
  );
  expect(execFileSync("git", ["status", "--porcelain"], { cwd: join(base, "tree"), encoding: "utf8" })).toBe("");

  await mkdir(join(root, "sub"));
  expect((await GitTrail.open(join(root, "sub")))?.root).toBe(root);
  expect(await GitTrail.open(base)).toBeUndefined();

  root = join(base, "new");
  await mkdir(root);
  git("init", "-q");
  git("config", "user.name", "User");
  git("config", "user.email", "user@example.org");
  await commit(await act("a.js", () => "a\n"));
  expect(git("status", "--porcelain")).toBe("");
  expect(git("rev-list", "--count", "HEAD").trim()).toBe("1");
});

test("squashing makes one commit of the task's latest ones, and touches neither files nor index", async () => {
  for (const word of ["one", "two", "three"]) {
    await commit(await act("cart.js", (before) => `${before}${word}\n`));
  }
  await put("other.js", "staged\n");
  git("add", "other.js");
  await put("cart.js", `typed\n${await text("cart.js")}`);
  const before = [git("status", "--porcelain"), git("diff"), git("diff", "--cached"), git("rev-parse", "HEAD^{tree}")];

  const { count } = await (await trail()).squashTask("t1", { ...parts, what: "Give members a discount" });

  expect(count).toBe(3);
  expect([git("status", "--porcelain"), git("diff"), git("diff", "--cached"), git("rev-parse", "HEAD^{tree}")]).toEqual(
    before,
  );
  expect(git("log", "--format=%s")).toBe("Give members a discount\nFirst\n");
  expect(git("log", "-1", "--format=%(trailers:key=Hearth-Task,valueonly)").trim()).toBe("t1");
  await expect((await trail()).squashTask("t1", parts)).rejects.toMatchObject({ code: "git_not_squashed" });
});

test("squashing refuses when another commit lies between, or when they were pushed", async () => {
  await commit(await act("cart.js", (before) => `${before}one\n`));
  git("commit", "-q", "--allow-empty", "-m", "The user's own");
  await commit(await act("cart.js", (before) => `${before}two\n`));
  await expect((await trail()).squashTask("t1", parts)).rejects.toThrow("fewer than two");
  await commit(await act("cart.js", (before) => `${before}three\n`));
  git("update-ref", "refs/remotes/origin/main", "HEAD");
  await expect((await trail()).squashTask("t1", parts)).rejects.toThrow("remote branch");
  expect(git("rev-list", "--count", "HEAD").trim()).toBe("5");
});

test("a checkpoint of the undo store becomes a commit", async () => {
  const undo = await UndoStore.open(join(base, "storage"), root);
  const checkpoint = await undo.write({ taskId: "t1", actionId: "a", label: "Edit" }, [
    { path: "cart.js", content: Buffer.from(`${lines(1, 30)}more\n`) },
    { path: "new.js", content: Buffer.from("new\n") },
    { path: "other.js", content: null },
  ]);
  const files = checkpoint ? await changedFilesOf(checkpoint, root, (state) => undo.contentOf(state)) : [];
  expect((await commit(...files)).leftOut).toEqual([]);
  expect(git("status", "--porcelain")).toBe("");
  expect(git("show", "--name-status", "--format=")).toBe("M\tcart.js\nA\tnew.js\nD\tother.js\n");
});

test("without a name and an address, git's own words say what is missing", async () => {
  git("config", "--unset", "user.name");
  git("config", "--unset", "user.email");
  git("config", "user.useConfigOnly", "true");
  const home = { ...process.env, HOME: base, XDG_CONFIG_HOME: base };
  const opened = await GitTrail.open(root, home);
  const file = await act("cart.js", (before) => `${before}more\n`);
  await expect(opened?.commitAction([file], parts)).rejects.toThrow(/user\.(name|email)|identity/);
  expect(git("status", "--porcelain")).toBe(" M cart.js\n");
});
