import { badPatch, type HunkLine, hunkToEdit, type PatchedFile, type ReadPatch, readHunkLine } from "./patch";
import type { TextEdit } from "./place";

export function isBeginPatch(text: string): boolean {
  return /^\*\*\* (?:Begin Patch|Update File:|Add File:|Delete File:)/m.test(text);
}

/** Reads a `*** Begin Patch` block. The closing line may be missing, and so may the opening one. */
export function readBeginPatch(text: string): ReadPatch {
  const files: PatchedFile[] = [];
  let section: Section | undefined;
  const finish = (): void => {
    if (section) {
      files.push(section.file());
      section = undefined;
    }
  };
  for (const line of text.split("\n")) {
    const header = /^\*\*\* (Update|Add|Delete) File: *(.+?) *$/.exec(line);
    if (header) {
      finish();
      section = new Section(header[1] as "Update" | "Add" | "Delete", header[2] as string);
    } else if (/^\*\*\* End Patch/.test(line)) {
      break;
    } else if (section && !section.read(line)) {
      return badPatch(`"${line.slice(0, 80)}" is no line of a new file: those begin with +`);
    }
  }
  finish();
  if (files.length === 0) {
    return badPatch('it has no "*** Update File: path" line');
  }
  const empty = files.find((file) => file.kind === "edit" && file.edits.length === 0 && file.moveTo === undefined);
  return empty ? badPatch(`there are no changed lines for ${empty.path}`) : { ok: true, files };
}

class Section {
  private readonly edits: TextEdit[] = [];
  private lines: HunkLine[] = [];
  private marks: string[] = [];
  private moveTo: string | undefined;

  constructor(
    private readonly kind: "Update" | "Add" | "Delete",
    private readonly path: string,
  ) {}

  /** False when the line cannot stand here. */
  read(line: string): boolean {
    if (this.kind === "Delete") {
      return true;
    }
    if (this.kind === "Add") {
      this.lines.push({ mark: "+", text: line.slice(1) });
      const isGap = line.trim() === "";
      if (isGap) {
        this.lines.pop();
        this.lines.push({ mark: " ", text: "" });
      }
      return isGap || line.startsWith("+");
    }
    const move = /^\*\*\* Move to: *(.+?) *$/.exec(line);
    if (move) {
      this.moveTo = move[1];
    } else if (/^\*\*\* End of File/.test(line)) {
      this.endHunk(true);
    } else if (line.startsWith("@@")) {
      this.endHunk(false);
      const mark = line.replace(/^@@(?: -\d[\d,]* \+\d[\d,]* @@)? ?/, "").replace(/ *@@$/, "");
      this.marks = mark.trim() === "" ? this.marks : [...this.marks, mark];
    } else {
      this.lines.push(readHunkLine(line));
    }
    return true;
  }

  file(): PatchedFile {
    if (this.kind === "Delete") {
      return { kind: "delete", path: this.path };
    }
    if (this.kind === "Add") {
      return { kind: "create", path: this.path, text: this.createdText() };
    }
    this.endHunk(false);
    const moved = this.moveTo === undefined ? {} : { moveTo: this.moveTo };
    return { kind: "edit", path: this.path, edits: this.edits, ...moved };
  }

  private createdText(): string {
    const last = this.lines.findLastIndex((line) => line.mark === "+");
    return this.lines
      .slice(0, last + 1)
      .map((line) => `${line.text}\n`)
      .join("");
  }

  /** Blank lines before the next header belong to the patch, not to the file. */
  private endHunk(atEnd: boolean): void {
    while (this.lines.at(-1)?.mark === " " && this.lines.at(-1)?.text === "") {
      this.lines.pop();
    }
    if (this.lines.some((line) => line.mark !== " ")) {
      const below = this.marks.length > 0 ? { below: this.marks } : {};
      this.edits.push({ ...hunkToEdit(this.lines), ...below, ...(atEnd ? { atEnd } : {}) });
      this.marks = [];
    }
    this.lines = [];
  }
}
