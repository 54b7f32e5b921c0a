/** Which flags count: `value` take the next word, `alone` do not. A flag that ends in `*` stands for all that begin so. */
export interface KnownFlags {
  value: readonly string[];
  alone: readonly string[];
}

/** The program and its arguments in one command of a script, with what was assigned before it. */
export interface ScriptCommand {
  env: Record<string, string>;
  program: string;
  args: string[];
}

/** The commands of the scripts, `test` and its kin first. Only simple commands are understood; others are left out. */
export function scriptCommands(scripts: Readonly<Record<string, string>> | undefined): ScriptCommand[] {
  const names = Object.keys(scripts ?? {}).sort((a, b) => rank(a) - rank(b));
  return names.flatMap((name) => splitCommands(scripts?.[name] ?? "").flatMap(readCommand));
}

export function pickFlags(args: readonly string[], known: KnownFlags): string[] {
  const picked: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? "";
    const name = word.split("=", 1)[0] ?? "";
    if (matches(known.value, name)) {
      picked.push(word);
      if (!word.includes("=") && args[index + 1] !== undefined) {
        index += 1;
        picked.push(args[index] ?? "");
      }
    } else if (matches(known.alone, name)) {
      picked.push(word);
    }
  }
  return picked;
}

function matches(names: readonly string[], name: string): boolean {
  return names.some((known) => (known.endsWith("*") ? name.startsWith(known.slice(0, -1)) : name === known));
}

function rank(name: string): number {
  return name === "test" ? 0 : name.startsWith("test") ? 1 : 2;
}

/** Words per command. Quotes hold words together; what a shell would expand is kept as it is written. */
function splitCommands(script: string): string[][] {
  const commands: string[][] = [[]];
  for (const [word] of script.matchAll(/&&|\|\||[;|&]|(?:"(?:\\.|[^"])*"|'[^']*'|[^\s;&|"'])+/g)) {
    if (/^(?:&&|\|\||[;|&])$/.test(word)) {
      commands.push([]);
    } else {
      commands.at(-1)?.push(word.replace(/"((?:\\.|[^"])*)"|'([^']*)'/g, (_all, double, single) => double ?? single));
    }
  }
  return commands.filter((words) => words.length > 0);
}

/** Assignments that would change which program runs are not taken over. */
const notTaken = /^(?:PATH|LD_.*|DYLD_.*)$/i;

function readCommand(words: readonly string[]): ScriptCommand[] {
  const env: Record<string, string> = {};
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at] ?? "";
    const assignment = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(word);
    if (assignment?.[1] !== undefined && !notTaken.test(assignment[1])) {
      env[assignment[1]] = assignment[2] ?? "";
    } else if (!/^(?:cross-env|npx|pnpm|yarn|exec|env|c8|nyc)$/.test(word)) {
      break;
    }
  }
  const program = words[at];
  return program === undefined ? [] : [{ env, program: program.replace(/^.*[\\/]/, ""), args: words.slice(at + 1) }];
}
