import { expect, test } from "vitest";
import { readEditsInText } from "./edits-in-text";
import { readEditCall } from "./read-call";

const block = "<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n";
const edit = { oldText: "a\n", newText: "b\n", wholeLines: true };

test("SEARCH blocks are read with the path above them, and only the words around them are left", () => {
  const reply = `I will change it.\n\n\`src/a.ts\`\n\`\`\`ts\n${block}\`\`\`\nand\n\nsrc/b.ts\n${block}${block}\nDone.`;
  const read = readEditsInText(reply);
  expect(read?.files).toEqual([
    { kind: "edit", path: "src/a.ts", edits: [edit] },
    { kind: "edit", path: "src/b.ts", edits: [edit, edit] },
  ]);
  expect(read?.rest).toBe("I will change it.\n\nand\n\n\nDone.");
  expect(readEditCall(read?.input)).toEqual({ ok: true, files: read?.files });
});

test("a fence goes with the path inside it, and one that holds something else stays", () => {
  const reply = `\`\`\`\nsrc/a.ts\n${block}\`\`\`\nThe test:\n\`\`\`sh\nnpm test\n\`\`\``;
  expect(readEditsInText(reply)?.rest).toBe("The test:\n```sh\nnpm test\n```");
});

test("edits of one file name it in the call", () => {
  const read = readEditsInText(`src/a.ts\r\n${block.replaceAll("\n", "\r\n")}`);
  expect(read?.input).toEqual({ path: "src/a.ts", patch: `src/a.ts\n${block}` });
});

test("a block without a path of its own is for the file of the one before", () => {
  expect(readEditsInText(`src/a.ts\n${block}\nAnd then.\n\n${block}`)?.files).toEqual([
    { kind: "edit", path: "src/a.ts", edits: [edit, edit] },
  ]);
});

test("a whole Begin Patch block is read", () => {
  const patch = "*** Begin Patch\n*** Update File: a.ts\n@@\n-a\n+b\n*** End Patch\n";
  const read = readEditsInText(`Here:\n\n${patch}\nDone.`);
  expect(read).toMatchObject({ input: { path: "a.ts", patch }, rest: "Here:\n\n\nDone." });
  expect(read?.files).toMatchObject([{ path: "a.ts", edits: [edit] }]);
});

test.each([
  ["a sentence above a block", `Now the change.\n${block}`],
  ["a second block that is not whole", `a.ts\n${block}<<<<<<< SEARCH\na\n=======\n`],
  ["a block without its middle", "a.ts\n<<<<<<< SEARCH\na\n>>>>>>> REPLACE\n"],
  ["a patch without its end", "*** Begin Patch\n*** Update File: a.ts\n@@\n-a\n+b\n"],
  ["a header without its patch", "*** Update File: a.ts\n@@\n-a\n+b\n"],
  ["a merge conflict", "a.ts\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> main\n"],
  ["a diff that only explains", "Use `a` instead.\n```diff\n-a\n+b\n```"],
])("%s is no edit", (_, reply) => {
  expect(readEditsInText(reply)).toBeUndefined();
});
