import { stat } from "node:fs/promises";
import * as nodePath from "node:path";
import * as z from "zod";
import { ToolFailure } from "../../core/errors";
import type { Search, SearchHit } from "../../core/ports";
import { resolveInWorkspace } from "../paths/resolve-in-workspace";
import { type Environment, scrubEnvironment } from "../process/environment";
import { cutLine } from "./cut-line";
import { FolderView } from "./folder-view";
import { commonArguments, lastGlobs, runRipgrep } from "./ripgrep";
import { searchWithoutRipgrep } from "./search-without-ripgrep";
import { isShown } from "./shown-paths";
import { walkFiles } from "./walk-files";

type Query = Parameters<Search["find"]>[0];

/** Text, or base64 when it is not UTF-8. */
const Text = z.union([
  z.object({ text: z.string() }).transform(({ text }) => text),
  z.object({ bytes: z.string() }).transform(({ bytes }) => Buffer.from(bytes, "base64").toString("utf8")),
]);

const Match = z.object({
  type: z.literal("match"),
  data: z.object({
    path: Text,
    lines: Text,
    line_number: z.int(),
    submatches: z.array(z.object({ start: z.int() })),
  }),
});

/**
 * Searches and lists the workspace: with ripgrep when there is one, else in this process. Ignore files are respected,
 * links are not followed. Secrets-like files are left out unless a search names the very file, which the gate asks about.
 */
export class RipgrepSearch implements Search {
  private readonly env: Environment;

  /** `ripgrep` is the absolute path that `findRipgrep` gave. */
  constructor(
    private readonly root: string,
    private readonly ripgrep: string | undefined,
    source: NodeJS.ProcessEnv = process.env,
  ) {
    this.env = scrubEnvironment(source, root);
  }

  async find(query: Query, signal: AbortSignal): Promise<{ hits: SearchHit[]; more: boolean }> {
    const asked = await this.place(query.path);
    if (this.ripgrep === undefined) {
      return searchWithoutRipgrep(asked.root, query, asked.path, signal);
    }
    const hits: SearchHit[] = [];
    let more = false;
    const take = (line: string): boolean => {
      const hit = readHit(line);
      if (hit === undefined || !(asked.isFile || isShown(hit.path, asked.path))) {
        return true;
      }
      more = hits.length >= query.limit;
      if (!more) {
        hits.push(hit);
      }
      return !more;
    };
    await this.run(this.ripgrep, searchArguments(query, asked.path), asked.root, "\n", take, signal);
    return { hits, more };
  }

  /** Sorted files below a folder; what lies deeper than `depth` levels is given as its folder, ending with a slash. */
  async listFiles(
    path: string,
    options: { depth: number; limit: number },
    signal: AbortSignal,
  ): Promise<{ paths: string[]; more: boolean }> {
    const asked = await this.place(path);
    if (asked.isFile) {
      return { paths: [asked.path], more: false };
    }
    const view = new FolderView(asked.path, Math.max(1, options.depth), options.limit);
    if (this.ripgrep === undefined) {
      for await (const file of walkFiles(asked.root, asked.path, signal)) {
        if (!view.add(file)) {
          break;
        }
      }
    } else {
      const args = [...commonArguments, "--files", "--null", ...lastGlobs, "--", inFolder(asked.path)];
      const take = (line: string): boolean => !isShown(clean(line), asked.path) || view.add(clean(line));
      await this.run(this.ripgrep, args, asked.root, "\0", take, signal);
    }
    return { paths: view.paths, more: view.more };
  }

  private run(
    binary: string,
    args: string[],
    cwd: string,
    lineEnd: "\n" | "\0",
    take: (line: string) => boolean,
    signal: AbortSignal,
  ): Promise<void> {
    return runRipgrep({ binary, args, cwd, lineEnd, env: this.env }, take, signal);
  }

  private async place(path: string): Promise<{ root: string; path: string; isFile: boolean }> {
    const resolved = await resolveInWorkspace(this.root, path);
    if (!resolved.inside) {
      throw new ToolFailure(`"${path}" is outside the workspace; only the workspace is searched and listed.`);
    }
    const facts = await stat(resolved.real).catch(() => undefined);
    if (facts === undefined) {
      throw new ToolFailure(`There is nothing at "${path}".`);
    }
    const root = resolved.relative === "." ? resolved.real : resolved.real.slice(0, -resolved.relative.length - 1);
    return { root, path: resolved.relative, isFile: facts.isFile() };
  }
}

/** The whole argument array: what the model wrote stands after `=` or after `--`, so it is never an option. */
export function searchArguments(query: Query, path: string): string[] {
  const glob = query.glob === undefined || query.glob === "" ? [] : [`--glob=${query.glob}`];
  return [
    ...commonArguments,
    "--json",
    "--max-filesize=8M",
    `--max-count=${query.limit + 1}`,
    query.caseSensitive ? "--case-sensitive" : "--ignore-case",
    ...(query.literal ? ["--fixed-strings"] : []),
    ...(/\n|\\n/.test(query.pattern) ? ["--multiline"] : []),
    ...glob,
    ...lastGlobs,
    `--regexp=${query.pattern}`,
    "--",
    inFolder(path),
  ];
}

function inFolder(path: string): string {
  return path === "." ? "." : `./${path}`;
}

function clean(path: string): string {
  return (nodePath.sep === "/" ? path : path.replaceAll(nodePath.sep, "/")).replace(/^\.\//, "");
}

function readHit(line: string): SearchHit | undefined {
  if (!line.startsWith('{"type":"match"')) {
    return undefined;
  }
  const { data } = Match.parse(JSON.parse(line));
  const bytesBefore = data.submatches[0]?.start ?? 0;
  const at = Buffer.from(data.lines).subarray(0, bytesBefore).toString("utf8").length;
  return { path: clean(data.path), line: data.line_number, text: cutLine(data.lines, at) };
}
