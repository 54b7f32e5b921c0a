interface Rule {
  pattern: RegExp;
  ignored: boolean;
  foldersOnly: boolean;
}

/** The rules of one ignore file, in the syntax of `.gitignore`. */
export class IgnoreRules {
  private readonly rules: Rule[];

  constructor(text: string) {
    this.rules = text.split(/\r?\n/).flatMap(parseRule);
  }

  /** `path` is relative to the folder of the ignore file. Undefined when no rule speaks of it; the last one decides. */
  verdict(path: string, isFolder: boolean): boolean | undefined {
    return this.rules.findLast((rule) => (isFolder || !rule.foldersOnly) && rule.pattern.test(path))?.ignored;
  }
}

function parseRule(line: string): Rule[] {
  const text = line.replace(/(?<!\\) +$/, "");
  if (text === "" || text.startsWith("#")) {
    return [];
  }
  const ignored = !text.startsWith("!");
  const body = ignored ? text.replace(/^\\(?=[!#])/, "") : text.slice(1);
  const foldersOnly = body.endsWith("/");
  const glob = foldersOnly ? body.slice(0, -1) : body;
  const anchored = glob.slice(0, -1).includes("/");
  const source = globSource(glob.replace(/^\//, ""));
  return [{ pattern: new RegExp(`^${anchored ? "" : "(?:.*/)?"}${source}$`, "s"), ignored, foldersOnly }];
}

/** The source of a regular expression that matches what the glob matches: `*`, `?`, `[…]`, `**`, `{a,b}` literally. */
export function globSource(glob: string, braces = false): string {
  let source = "";
  for (let at = 0; at < glob.length; at++) {
    const rest = glob.slice(at);
    const special = /^(?:\/\*\*\/|\*\*\/|\/\*\*$|\*\*|\*|\?|\[(?:!|\^)?\]?[^\]/]*\]|\\.|\{[^{}]*\})/s.exec(rest)?.[0];
    if (special === undefined || (special.startsWith("{") && !braces)) {
      source += escapeCharacter(glob[at] ?? "");
    } else {
      source += specialSource(special);
      at += special.length - 1;
    }
  }
  return source;
}

function specialSource(special: string): string {
  switch (special) {
    case "/**/":
      return "/(?:.*/)?";
    case "**/":
      return "(?:.*/)?";
    case "/**":
      return "/.*";
    case "**":
      return ".*";
    case "*":
      return "[^/]*";
    case "?":
      return "[^/]";
    default:
      break;
  }
  if (special.startsWith("\\")) {
    return escapeCharacter(special[1] ?? "");
  }
  if (special.startsWith("{")) {
    const choices = special.slice(1, -1).split(",");
    return `(?:${choices.map((choice) => globSource(choice)).join("|")})`;
  }
  const negated = /^\[[!^]/.test(special);
  const members = special.slice(negated ? 2 : 1, -1).replaceAll(/[\\\][^&~]/g, "\\$&");
  return `[${negated ? "^/" : ""}${members}]`;
}

function escapeCharacter(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
