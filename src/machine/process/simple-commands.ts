/**
 * The words of every simple command in a line of shell, quotes removed: `cd a && npm test` is two lists. This is for
 * finding the scripts that a command names; it decides nothing about safety.
 */
export function simpleCommands(line: string): string[][] {
  const commands: string[][] = [[]];
  let word: string | undefined;
  const endWord = () => {
    if (word !== undefined) {
      commands.at(-1)?.push(word);
      word = undefined;
    }
  };
  for (let at = 0; at < line.length; at++) {
    const char = line[at] ?? "";
    if (char === "'" || char === '"') {
      const quoted = readQuoted(line, at);
      word = (word ?? "") + quoted.text;
      at = quoted.end;
    } else if (char === "\\") {
      word = (word ?? "") + (line[at + 1] === "\n" ? "" : (line[at + 1] ?? ""));
      at += 1;
    } else if (";&|\n(){}`".includes(char)) {
      endWord();
      commands.push([]);
    } else if (/\s/.test(char)) {
      endWord();
    } else if (char === "<" || char === ">") {
      endWord();
    } else {
      word = (word ?? "") + char;
    }
  }
  endWord();
  return commands.filter((words) => words.length > 0);
}

function readQuoted(line: string, start: number): { text: string; end: number } {
  const quote = line[start];
  let text = "";
  let at = start + 1;
  for (; at < line.length && line[at] !== quote; at++) {
    if (quote === '"' && line[at] === "\\" && /["\\$`]/.test(line[at + 1] ?? "")) {
      at += 1;
    }
    text += line[at];
  }
  return { text, end: at };
}
