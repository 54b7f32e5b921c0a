import type { Search, SearchHit } from "../../core/ports";
import type { Places } from "../files/places";

type Query = Parameters<Search["find"]>[0];

/** Searches the open folders, and names what it finds as the agent names files. */
export class WorkspaceSearch implements Search {
  /** `searchIn` gives the search of one folder, by its absolute path. */
  constructor(
    private readonly places: Places,
    private readonly searchIn: (root: string) => Promise<Search>,
  ) {}

  async find(query: Query, signal: AbortSignal): Promise<{ hits: SearchHit[]; more: boolean }> {
    const folders = this.places.folders();
    if (folders.length > 1 && isWhole(query.path)) {
      return this.findInAll(folders, query, signal);
    }
    const place = await this.places.find(query.path);
    const search = await this.searchIn(place.folder.fsPath);
    return named(place.prefix, await search.find({ ...query, path: place.inner }, signal));
  }

  private async findInAll(folders: readonly { name: string; fsPath: string }[], query: Query, signal: AbortSignal) {
    const hits: SearchHit[] = [];
    for (const folder of folders) {
      const search = await this.searchIn(folder.fsPath);
      const found = await search.find({ ...query, path: ".", limit: query.limit - hits.length }, signal);
      hits.push(...named(`${folder.name}/`, found).hits);
      if (found.more || hits.length >= query.limit) {
        return { hits, more: true };
      }
    }
    return { hits, more: false };
  }
}

function isWhole(path: string): boolean {
  return path === "" || path === "." || path === "./";
}

function named(prefix: string, found: { hits: SearchHit[]; more: boolean }) {
  return { ...found, hits: found.hits.map((hit) => ({ ...hit, path: prefix + hit.path })) };
}
