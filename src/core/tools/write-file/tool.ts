import * as z from "zod";
import { plainPath } from "../../text/plain-path";
import { applyEdits } from "../apply-edits";
import { prepareEdits } from "../prepare-edits";
import { defineTool } from "../tool";
import description from "./description.md";

export const writeFile = defineTool({
  name: "write_file",
  description,
  input: z.object({ path: z.string().min(1).overwrite(plainPath), content: z.string() }),
  effect: ({ path }) => ({ kind: "edit", paths: [path] }),
  title: ({ path }) => `Write ${path}`,
  prepare: ({ path, content }, context) => prepareEdits([{ kind: "write", path, content, isNew: false }], context),
  run: (_, run) => applyEdits(run),
});
