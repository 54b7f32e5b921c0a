import { expect, test } from "vitest";
import { sharedStorage } from "./shared-storage";

test.each([
  ["/data/workspaceStorage/-10dd394c-1/hearth.hearth", "/data/workspaceStorage/-10dd394c/hearth.hearth"],
  ["/data/workspaceStorage/0fe3-12/hearth.hearth", "/data/workspaceStorage/0fe3/hearth.hearth"],
  ["C:\\data\\workspaceStorage\\0fe3-2\\hearth.hearth", "C:\\data\\workspaceStorage\\0fe3\\hearth.hearth"],
])("R-5: a window that VS Code gave a folder of its own finds what was half done: %s", (given, shared) => {
  expect(sharedStorage(given)).toBe(shared);
});

test.each([
  "/data/workspaceStorage/-10dd394c/hearth.hearth",
  "/data/workspaceStorage/-7/hearth.hearth",
  "/data/workspaceStorage/-10dd3940-123/hearth.hearth",
  "/data/globalStorage/hearth.hearth",
])("other folders stay as they are: %s", (path) => {
  expect(sharedStorage(path)).toBe(path);
});
