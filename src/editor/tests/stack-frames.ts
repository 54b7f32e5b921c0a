import * as nodePath from "node:path";
import { fileURLToPath } from "node:url";

export interface Frame {
  /** Relative to the workspace, with forward slashes. */
  file: string;
  line: number;
  column: number;
  method: string;
}

const frameLine =
  /^\s*(?:at|❯)\s+(?:async\s+)?(?:(.*?)\s+\()?((?:file:\/\/|[A-Za-z]:[\\/]|\/|\.{1,2}\/)[^)]*?):(\d+):(\d+)\)?\s*$/;

/** The frames of a stack that lie in the workspace's own code, in the order of the stack. */
export function workspaceFrames(stack: string, root: string): Frame[] {
  return stack.split("\n").flatMap((text) => {
    const [, method = "", place = "", line = "", column = ""] = frameLine.exec(text) ?? [];
    const file = place === "" ? undefined : relativeTo(root, place);
    return file === undefined ? [] : [{ file, line: Number(line), column: Number(column), method }];
  });
}

function relativeTo(root: string, place: string): string | undefined {
  const path = toPath(place.replace(/\?.*$/, ""));
  const relative = nodePath.relative(root, path).replaceAll("\\", "/");
  const isOutside = relative.startsWith("../") || nodePath.isAbsolute(relative) || relative === "";
  return isOutside || /(?:^|\/)node_modules\//.test(relative) ? undefined : relative;
}

function toPath(place: string): string {
  if (!place.startsWith("file://")) {
    return place;
  }
  try {
    return fileURLToPath(place);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof URIError)) {
      throw error;
    }
    return place;
  }
}
