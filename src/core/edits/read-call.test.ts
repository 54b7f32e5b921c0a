import { describe, expect, test } from "vitest";
import { readEditCall } from "./read-call";

const edit = { oldText: "a\n", newText: "b\n", wholeLines: true };

describe("calls for several files", () => {
  test("a patch of several files is one file after the other", () => {
    const patch =
      "*** Begin Patch\n*** Update File: a.ts\n@@\n-a\n+b\n*** Add File: b.ts\n+new\n*** Delete File: c.ts\n*** End Patch";
    expect(readEditCall({ patch })).toEqual({
      ok: true,
      files: [
        { kind: "edit", path: "a.ts", edits: [edit] },
        { kind: "write", path: "b.ts", content: "new\n", isNew: true },
        { kind: "delete", path: "c.ts" },
      ],
    });
  });

  test("a moved file keeps its edits", () => {
    const patch = "*** Begin Patch\n*** Update File: a.ts\n*** Move to: b.ts\n@@\n-a\n+b\n*** End Patch";
    expect(readEditCall({ patch })).toMatchObject({ files: [{ path: "a.ts", moveTo: "b.ts", edits: [edit] }] });
    const diff = "--- a/a.ts\n+++ b/b.ts\n@@\n-a\n+b\n";
    expect(readEditCall({ diff })).toMatchObject({ files: [{ path: "a.ts", moveTo: "b.ts", edits: [edit] }] });
  });

  test("a path of the call and another one in the patch do not go together", () => {
    expect(readEditCall({ path: "x.ts", patch: "--- a/a.ts\n+++ b/a.ts\n@@\n-a\n+b\n" })).toMatchObject({
      kind: "bad_patch",
    });
  });
});

describe("paths in several spellings", () => {
  test("are one path for a file, where it goes too", () => {
    expect(readEditCall({ path: "./a//b.ts", content: "x" })).toMatchObject({ files: [{ path: "a/b.ts" }] });
    const patch = "*** Begin Patch\n*** Update File: ./a.ts\n*** Move to: x/../b.ts\n@@\n-a\n+b\n*** End Patch";
    expect(readEditCall({ patch })).toMatchObject({ files: [{ path: "a.ts", moveTo: "b.ts" }] });
  });
});
