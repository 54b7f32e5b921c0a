export interface MessageParts {
  /** What was done, in a few words: "Add a discount for members". */
  what: string;
  /** What the user had asked for. */
  request: string;
  taskId: string;
  model: string;
  /** `Name <address>`. */
  coAuthor?: string | undefined;
}

const conventional = /^(feat|fix|docs|style|refactor|perf|test|build|ci|chore|revert)(\([^()]+\))?!?: \S/;
const longestSubject = 72;
const longestRequest = 2_000;

/**
 * A message in the manner of this repository: `type(scope): words` when most of its own subjects are so, and the case of
 * the first letter as most have it. `subjects` are the latest, newest first; `paths` those of the commit.
 */
export function writeMessage(parts: MessageParts, subjects: readonly string[], paths: readonly string[]): string {
  const subject = subjectOf(plainLine(parts.what), subjects, paths);
  const request = plainText(parts.request).slice(0, longestRequest).trim();
  const trailers = [`Hearth-Task: ${plainLine(parts.taskId)}`, `Hearth-Model: ${plainLine(parts.model)}`];
  if (parts.coAuthor !== undefined) {
    trailers.push(`Co-authored-by: ${plainLine(parts.coAuthor)}`);
  }
  return `${[subject, ...(request === "" ? [] : [`Asked for:\n\n${indent(request)}`]), trailers.join("\n")].join("\n\n")}\n`;
}

function subjectOf(what: string, subjects: readonly string[], paths: readonly string[]): string {
  const words = what.replace(/\.$/, "") || "Change files";
  if (share(subjects, (subject) => conventional.test(subject)) < 0.6) {
    const lower = subjects.length > 0 && share(subjects, (subject) => /^[a-z]/.test(subject)) > 0.6;
    return cut(lower ? lowerFirst(words) : upperFirst(words));
  }
  if (conventional.test(words)) {
    return cut(words);
  }
  const scope = scopeOf(subjects, paths);
  return cut(`${typeOf(words, paths)}${scope === undefined ? "" : `(${scope})`}: ${lowerFirst(words)}`);
}

function typeOf(words: string, paths: readonly string[]): string {
  if (
    paths.length > 0 &&
    paths.every((path) => /(^|\/)(__tests__|tests?|spec)\/|[._-](test|spec)\.\w+$|_test\.\w+$/.test(path))
  ) {
    return "test";
  }
  if (paths.length > 0 && paths.every((path) => /\.(md|mdx|rst|adoc|txt)$/i.test(path) || path.startsWith("docs/"))) {
    return "docs";
  }
  if (/^(fix|repair|correct|mend|resolve|handle|prevent|avoid)/i.test(words)) {
    return "fix";
  }
  if (/^(rename|move|extract|simplify|refactor|inline|split|clean|reorgani[sz]e|remove|delete)/i.test(words)) {
    return "refactor";
  }
  return /^(add|implement|create|support|allow|introduce|let|show|make)/i.test(words) ? "feat" : "chore";
}

/** A scope only when the repository has the habit, and only one that it has used for a folder of this commit. */
function scopeOf(subjects: readonly string[], paths: readonly string[]): string | undefined {
  const scopes = subjects.flatMap((subject) => /^\w+\(([^()]+)\)!?: /.exec(subject)?.[1] ?? []);
  if (scopes.length * 2 < subjects.length) {
    return undefined;
  }
  const used = new Set(scopes);
  const folders = paths.map((path) => path.split("/").slice(0, -1).toReversed());
  return folders[0]?.find((folder) => used.has(folder) && folders.every((parts) => parts.includes(folder)));
}

function share(subjects: readonly string[], matches: (subject: string) => boolean): number {
  return subjects.length === 0 ? 0 : subjects.filter(matches).length / subjects.length;
}

function cut(subject: string): string {
  if (subject.length <= longestSubject) {
    return subject;
  }
  return `${subject.slice(0, longestSubject - 1).replace(/\s+\S*$/, "")}…`;
}

/** A word that is not capitalised for another reason (`README`, `HTTP`) keeps its letters. */
function lowerFirst(words: string): string {
  return /^[A-Z][a-z]/.test(words) ? words.charAt(0).toLowerCase() + words.slice(1) : words;
}

function upperFirst(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function plainLine(text: string): string {
  return plainText(text).replace(/\s+/g, " ").trim();
}

function plainText(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/[\p{Cc}\p{Cf}]/gu, (char) => (char === "\n" || char === "\t" ? char : ""));
}

/** Indented, so that no line of the request is taken for a trailer. */
function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "    ");
}
