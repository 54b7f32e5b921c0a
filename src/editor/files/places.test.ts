import { expect, test } from "vitest";
import { type Folder, Places } from "./places";

const inside = async (_root: string, path: string) =>
  path.startsWith("..") || path.startsWith("/elsewhere")
    ? { relative: "/elsewhere/x", real: "/elsewhere/x", inside: false }
    : { relative: path.replace(/^\.\//, ""), real: `/real/${path}`, inside: true };

function places(...folders: Folder[]): Places {
  return new Places(() => folders, inside);
}

const app = { name: "app", fsPath: "/w/app" };
const lib = { name: "lib", fsPath: "/w/lib" };

test("with one folder a path is relative to it and opened below it as it was opened, not where links lead", async () => {
  expect(await places(app).find("./src/a.ts")).toMatchObject({
    path: "src/a.ts",
    fsPath: "/w/app/src/a.ts",
    inner: "src/a.ts",
    inside: true,
  });
});

test("with several folders a path starts with a folder's name", async () => {
  expect(await places(app, lib).find("lib/src/a.ts")).toMatchObject({
    path: "lib/src/a.ts",
    fsPath: "/w/lib/src/a.ts",
    inner: "src/a.ts",
  });
  await expect(places(app, lib).find("src/a.ts")).rejects.toThrow("app/, lib/");
});

test("folders of the same name are told apart", async () => {
  const twin = { name: "app", fsPath: "/other/app" };
  expect((await places(app, twin).find("app~2/a.ts")).fsPath).toBe("/other/app/a.ts");
});

test("S-D1: a path that leaves the workspace is named in full and marked", async () => {
  expect(await places(app).find("../x")).toMatchObject({ path: "/elsewhere/x", inside: false, fsPath: "/elsewhere/x" });
  expect(await places(app, lib).find("app/../x")).toMatchObject({ inside: false });
});

test("without a folder the user is told to open one", async () => {
  await expect(places().find("a.ts")).rejects.toMatchObject({ code: "no_folder" });
});
