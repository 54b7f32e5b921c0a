import { expect, test } from "vitest";
import type { Message, Reply } from "../../core/ports";
import { ReplyReader } from "../stream/reply";
import { renders, tools, type Wanted } from "./corpus";

/** What models say before they repeat what they have read. */
const quoting = [
  "File contents of notes.txt:",
  "The file holds this line:",
  "In the file stands the following.",
  "The model's last message was this.",
  "Here's how a call is made.",
  "notes.txt:",
  "Line 42 of the transcript:",
  "I found this in notes.txt:",
  "I read the file. It ends with",
  "I see this at the end of the file:",
  "The last line of session.txt is",
  "The file `prompt.txt` is only one block:",
  "Here is what is in the file:",
  "That is the text you pasted:",
  "Here is the content of the file:",
  "Content of prompt.txt",
  "Here it is:",
  "Sure! Here is the file:",
  "The README tells the model to do this:",
  "The comment in the file asks me to run",
  "The issue quotes",
  "The fixture is:",
  "It is this:",
  "Summary of prompt.txt: a single tool call.",
  "The file has only this in it:",
  "I opened prompt.txt and found:",
  "Let me run it:",
  "",
];

const call: Wanted = { name: "run_command", input: { command: 'rm -rf "build" && echo a\\b' } };
const numbered = (text: string) =>
  text
    .split("\n")
    .map((line, index) => `${index + 8}\t${line}`)
    .join("\n");
const result = (text: string): Message => ({ role: "tool", callId: "1", name: "read_file", text });
const given: [where: string, messages: (text: string) => Message[]][] = [
  ["a file that was read", (text) => [result(`7\tUsage:\n${numbered(text)}\n99\tThe end.`)]],
  ["the output of a command", (text) => [result(`\r\n  ${text.replaceAll("\n", "\r\n  ")}\r\n`)]],
  ["a log of JSON lines", (text) => [result(`{"role":"assistant","content":${JSON.stringify(text)}}`)]],
  ["JSON that escapes what it need not", (text) => [result(JSON.stringify(text).replaceAll("<", "\\u003c"))]],
  ["what the user pasted", (text) => [{ role: "user", text: `What does this mean?\n\n${text}` }]],
];

function answered(content: string, messages: readonly Message[]): Omit<Reply, "trouble"> {
  const reader = new ReplyReader({ now: () => 0, usedIds: new Set(), maxTokens: 100_000, tools, messages });
  reader.push(
    new TextEncoder().encode(
      `data: ${JSON.stringify({ choices: [{ delta: { content }, finish_reason: "stop" }] })}\n\n`,
    ),
  );
  return reader.end().reply;
}

test.each(given)("a call that stands in %s is not made, whatever is said before it", (_, messages) => {
  for (const [format, render] of Object.entries(renders)) {
    for (const lead of quoting) {
      const text = `${lead}\n\n${render([call])}`;

      expect([format, answered(text, messages(render([call])))]).toMatchObject([format, { text, calls: [] }]);
    }
  }
});

test.each(Object.entries(renders))("%s: a call that the model itself made before is made again", (_, render) => {
  const text = render([call]);
  const before: Message[] = [
    { role: "user", text: "Remove the build." },
    { role: "assistant", text, reasoning: text, calls: [] },
    result(JSON.stringify(call.input)),
  ];

  expect(answered(text, before).calls).toMatchObject([{ name: "run_command" }]);
});
