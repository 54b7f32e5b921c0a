import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scrubEnvironment } from "./environment";
import { findProgram } from "./find-program";

let base: string;
let root: string;

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "hearth-env-")));
  root = join(base, "app");
  await mkdir(join(root, "bin"), { recursive: true });
  await mkdir(join(base, "tools"));
  await mkdir(join(base, "safe"));
  for (const file of [join(root, "bin/git"), join(base, "safe/git")]) {
    await writeFile(file, "#!/bin/sh\n");
    await chmod(file, 0o755);
  }
  await symlink(join(root, "bin"), join(base, "bin-link"));
  await symlink(join(root, "bin/git"), join(base, "tools/git"));
});

afterAll(() => rm(base, { recursive: true, force: true }));

test("S-B5: only what is on the list gets through", () => {
  const hostile = Object.fromEntries(
    [
      "BASH_ENV",
      "ENV",
      "PS4",
      "LESSOPEN",
      "RIPGREP_CONFIG_PATH",
      "GIT_EXTERNAL_DIFF",
      "GIT_DIR",
      "NODE_OPTIONS",
      "NODE_PATH",
      "LD_PRELOAD",
      "DYLD_INSERT_LIBRARIES",
      "ELECTRON_RUN_AS_NODE",
      "VSCODE_IPC_HOOK_CLI",
      "PYTHONSTARTUP",
      "PERL5OPT",
      "RUBYOPT",
      "BASH_FUNC_ls%%",
      "PROMPT_COMMAND",
      "OPENAI_API_KEY",
      "AWS_SECRET_ACCESS_KEY",
      "GITHUB_TOKEN",
      "HEARTH_RUN",
    ].map((name) => [name, "marker"]),
  );
  const environment = scrubEnvironment(
    { ...hostile, HOME: "/home/a", LC_ALL: "C.UTF-8", TZ: "UTC", PATH: "/bin" },
    root,
  );
  expect(Object.values(environment)).not.toContain("marker");
  expect(environment).toMatchObject({ HOME: "/home/a", LC_ALL: "C.UTF-8", TZ: "UTC", PATH: "/bin", TERM: "dumb" });
});

test("S-A5: the PATH loses relative folders and those of the workspace, also when reached by a link", () => {
  const folders = [".", "", "bin", join(root, "bin"), join(base, "bin-link"), join(base, "safe"), join(base, "safe")];
  const environment = scrubEnvironment({ PATH: folders.join(delimiter) }, root, ["/opt/last"]);
  expect(environment).toMatchObject({ PATH: [join(base, "safe"), "/opt/last"].join(delimiter) });
});

test("the folder of a tool chain is kept only outside the workspace", () => {
  const environment = scrubEnvironment(
    { CARGO_HOME: join(root, ".cargo"), GOPATH: "relative", JAVA_HOME: "/opt/jdk" },
    root,
  );
  expect(environment).toMatchObject({ JAVA_HOME: "/opt/jdk" });
  expect(environment).not.toHaveProperty("CARGO_HOME");
  expect(environment).not.toHaveProperty("GOPATH");
});

test("S-A5: a program planted in the workspace is not found, also not through a link to it", async () => {
  const path = [join(root, "bin"), join(base, "bin-link"), join(base, "tools"), join(base, "safe")].join(delimiter);
  expect(await findProgram("git", { PATH: path }, root)).toBe(join(base, "safe/git"));
  expect(await findProgram("git", { PATH: join(root, "bin") }, root)).toBeUndefined();
});
