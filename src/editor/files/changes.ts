import type * as vscode from "vscode";
import type { FileForm } from "../../core/review/file-review";
import type { Place } from "./places";

/** One file's change with everything checked that can be checked before the first effect. */
export type Change = Creation | Deletion | BufferChange | BytesChange;

interface ChangedFile {
  path: string;
  uri: vscode.Uri;
}

export interface Creation extends ChangedFile {
  kind: "creation";
  text: string;
  bytes: Uint8Array;
  /** That of the file which it was, or whose place it takes. */
  mode: number | undefined;
}

export interface Deletion extends ChangedFile {
  kind: "deletion";
  /** What the file held, so that it can be put back. */
  bytes: Uint8Array;
  form: FileForm;
  /** Under which names it may be open. */
  place: Place;
}

/** Through the editor: one undo step with everything else. */
export interface BufferChange extends ChangedFile {
  kind: "buffer";
  base: string;
  target: string;
  /** The bytes on the disk when this was planned. */
  before: Uint8Array;
  /** The target in the file's encoding; saving may make something else of it. */
  after: Uint8Array;
  encoding: string;
  /** Unsaved changes of the user were in the buffer. */
  wasDirty: boolean;
}

/** On the disk: an editor would change every line end of this file when it saves. */
export interface BytesChange extends ChangedFile {
  kind: "bytes";
  before: Uint8Array;
  after: Uint8Array;
  text: string;
}
