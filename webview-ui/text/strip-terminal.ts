const sequences = new RegExp(
  [
    "\\u001b\\][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\|$)", // operating system commands: titles, links
    "\\u001b[PX^_][^\\u001b]*(?:\\u001b\\\\|$)", // device strings
    "(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*[@-~]?", // control sequences: colours, cursor
    "\\u001b[ -/]*[0-~]?",
  ].join("|"),
  "g",
);

/** Command output as plain text: no escape sequences, and of an overwritten progress line only what stood last. */
export function stripTerminal(text: string): string {
  const plain = text.includes("\u001b") || text.includes("\u009b") ? text.replace(sequences, "") : text;
  return plain.includes("\r") ? plain.split("\n").map(lastWritten).join("\n") : plain;
}

function lastWritten(line: string): string {
  const written = line.endsWith("\r") ? line.slice(0, -1) : line;
  return written.slice(written.lastIndexOf("\r") + 1);
}
