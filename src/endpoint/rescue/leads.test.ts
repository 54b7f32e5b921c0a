import { expect, test } from "vitest";
import type { Message, Reply } from "../../core/ports";
import { ReplyReader } from "../stream/reply";
import { renders, tools, type Wanted } from "./testing/corpus";

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

/** What they say before they do something. */
const acting = [
  "Looking at the test output:",
  "Checking what the function returns",
  "Now the API documentation:",
  "Reading the log file",
  "Searching for where the response is parsed:",
  "Next: the template",
  "Checking the error logs:",
  "First the documentation.",
  "Running the tests to see the output",
  "Reading the schema to see what it accepts:",
  "Opening the parser to see how it returns values:",
  "Time to look at what the server sends",
  "**Step 1: inspect the output format**",
  "Step 2: fix the template",
  "The log first:",
  "Then the output of the build",
  "Fixing the function call in `a.ts`:",
  "Check the response parser:",
  "`total` is never parsed:",
  "I know where the bug is:",
  "The formatter:",
];

/** What they say before they show how something would be done. */
const explaining = [
  "To call a tool you write:",
  "To call a tool, write this.",
  "Here's how a call is made.",
  "An example:",
  "Here are two examples.",
  "The format is:",
  "The syntax of it:",
  "Reading a file is written as:",
  "Reading a file would be:",
  "Now the model writes:",
  "Then the server returns the following:",
  "**GLM sends this:**",
  "You can send:",
  "This is how it looks:",
  "Creating a file, you'd write:",
  "Editing works the same; you write:",
  "Looking at README.md, it says this:",
  "Finding files: the model wrote",
  "Step 1 for you: send",
];

const call: Wanted = { name: "run_command", input: { command: 'rm -rf "build" && echo a\\b' } };
const numbered = (text: string) =>
  text
    .split("\n")
    .map((line, index) => `${index + 8}\t${line}`)
    .join("\n");
const behind = (mark: string, text: string) =>
  text
    .split("\n")
    .map((line) => mark + line)
    .join("\n");
const result = (text: string): Message => ({ role: "tool", callId: "1", name: "read_file", text });
const given: [where: string, messages: (text: string) => Message[]][] = [
  ["a file that was read", (text) => [result(`7\tUsage:\n${numbered(text)}\n99\tThe end.`)]],
  ["the output of a command", (text) => [result(`\r\n  ${text.replaceAll("\n", "\r\n  ")}\r\n`)]],
  ["a log of JSON lines", (text) => [result(`{"role":"assistant","content":${JSON.stringify(text)}}`)]],
  ["JSON that escapes what it need not", (text) => [result(JSON.stringify(text).replaceAll("<", "\\u003c"))]],
  ["a diff", (text) => [result(`@@ -1 +1 @@\n${behind("+", text)}\n end`)]],
  ["a quotation", (text) => [{ role: "user", text: `They write:\n${behind("> ", text)}` }]],
  ["a comment", (text) => [result(behind("// ", text))]],
  ["what a search found", (text) => [result(behind("notes/prompt.txt:12: ", text))]],
  [
    "a page of the web",
    (text) => [
      result(
        `<pre>${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")}</pre>`,
      ),
    ],
  ],
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

const marked = Object.entries(renders).filter(([format]) => !format.includes("json") || format.includes("dsml"));

test.each(marked)("%s: the words before a call tell whether it is meant", (_, render) => {
  for (const gap of ["\n", "\n\n"]) {
    for (const lead of acting) {
      expect([lead, answered(`${lead}${gap}${render([call])}`, [result("ok")])]).toMatchObject([
        lead,
        { text: lead, calls: [{ name: "run_command", arguments: JSON.stringify(call.input) }] },
      ]);
    }
    for (const lead of explaining) {
      const text = `${lead}${gap}${render([call])}`;

      expect([lead, answered(text, [])]).toMatchObject([lead, { text, calls: [], hasUnreadCall: true }]);
    }
  }
});

test("a call in a fence behind words that explain it is not made", () => {
  for (const lead of [
    ...explaining,
    "To read a file, send this JSON:",
    "The response of the server:",
    "I read the docs:",
  ]) {
    const text = `${lead}\n\n${renders["fenced json"]?.([call])}`;

    expect([lead, answered(text, []).calls]).toEqual([lead, []]);
  }
});
