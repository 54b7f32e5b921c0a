/** A path in one spelling, whatever way round it was written: without `./`, doubled slashes, and folders that it leaves again. */
export function plainPath(path: string): string {
  if (path.startsWith("~") || path.startsWith("//") || path.includes("://")) {
    return path;
  }
  const root = path.startsWith("/") ? "/" : "";
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === ".." && kept.length > 0 && kept.at(-1) !== "..") {
      kept.pop();
    } else if (part !== "" && part !== "." && (part !== ".." || root === "")) {
      kept.push(part);
    }
  }
  return `${root}${kept.join("/")}` || (path === "" ? "" : ".");
}
