/**
 * Turns a sorted stream of file paths into a listing of limited depth: files down to `depth` levels below `asked`, and
 * what lies deeper as its folder, with a slash at the end.
 */
export class FolderView {
  private readonly seen = new Set<string>();
  more = false;

  constructor(
    private readonly asked: string,
    private readonly depth: number,
    private readonly limit: number,
  ) {}

  /** False when the listing is full. */
  add(path: string): boolean {
    const entry = this.entryOf(path);
    if (this.seen.has(entry)) {
      return true;
    }
    if (this.seen.size >= this.limit) {
      this.more = true;
      return false;
    }
    this.seen.add(entry);
    return true;
  }

  get paths(): string[] {
    return [...this.seen].sort();
  }

  private entryOf(path: string): string {
    const prefix = this.asked === "." ? "" : `${this.asked}/`;
    const parts = path.slice(prefix.length).split("/");
    return parts.length <= this.depth ? path : `${prefix}${parts.slice(0, this.depth).join("/")}/`;
  }
}
