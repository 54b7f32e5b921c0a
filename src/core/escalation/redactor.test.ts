import fc from "fast-check";
import { expect, test } from "vitest";
import { Redactor } from "./redactor";
import { type SyntheticSecret, syntheticSecrets } from "./testing/synthetic-secrets";

const secrets = syntheticSecrets();
const shown = ({ value, within }: SyntheticSecret) => (within ? within(value) : value);

function redact(texts: readonly string[]): string[] {
  return new Redactor().redact(texts).map(({ text }) => text);
}

/** What is left of a secret in these texts: its longest piece of twelve characters or more, else nothing. */
function leak(secret: SyntheticSecret, texts: readonly string[]): string {
  const { value, core = value } = secret;
  const width = Math.min(12, core.length);
  for (let at = 0; at + width <= core.length; at++) {
    const piece = core.slice(at, at + width);
    if (texts.some((text) => text.includes(piece))) {
      return piece;
    }
  }
  return "";
}

const places: readonly [name: string, put: (text: string) => string][] = [
  ["a file", (text) => `// settings\n${text}\nexport const retries = 3;\n`],
  [
    "a file as the model reads it",
    (text) =>
      text
        .split("\n")
        .map((line, index) => `${index + 1}\t${line}`)
        .join("\n"),
  ],
  ["an environment", (text) => `PATH=/usr/bin\n${text}\nHOME=/root\n`],
  ["output of a command", (text) => `$ printenv\nLANG=C\n${text}\n[exit code 0]`],
  [
    "a diff",
    (text) =>
      `@@ -1,2 +1,2 @@\n context\n${text
        .split("\n")
        .map((line) => `+${line}`)
        .join("\n")}\n-old line\n`,
  ],
  ["the text of an error", (text) => `Error: request failed: ${text}\n    at send (client.js:10:3)`],
  ["a sentence", (text) => `Please look at this: ${text} and tell me why it fails.`],
];

test("S-I1 there are more than sixty secrets of as many kinds", () => {
  expect(new Set(secrets.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(60);
});

test.each(places)("S-I1 no secret is left in %s", (name, put) => {
  const lines = ["a sentence", "the text of an error"].includes(name);
  const checked = lines ? secrets.filter(({ within }) => within === undefined) : secrets;
  const leaked = checked.filter((secret) => leak(secret, redact([put(shown(secret))])) !== "").map(({ kind }) => kind);
  expect(leaked).toEqual([]);
});

const wrappings: readonly [name: string, wrap: (head: string, tail: string) => string[]][] = [
  ["two lines", (head, tail) => [`output: ${head}\n${tail}\ndone`]],
  ["two lines with a margin", (head, tail) => [`12| x = ${head}\n13|   ${tail}\n`]],
  ["two lines of a diff", (head, tail) => [`+token ${head}\n+${tail}\n+end`]],
  ["two strings that are joined", (head, tail) => [`const t = "${head}" +\n  "${tail}";\n`]],
  ["two texts", (head, tail) => [`first part: ${head}`, `${tail} was the rest`]],
];

/** Secrets that their own form gives away, wherever they stand. */
const plain = secrets.filter(
  ({ within, value }) => within === undefined && !value.includes("\n") && !value.includes("hooks."),
);

test.each(wrappings)("S-I1 no secret is left when it is cut at any place into %s", (_, wrap) => {
  const leaked: string[] = [];
  for (const secret of plain) {
    for (let at = 1; at < secret.value.length; at++) {
      const texts = redact(wrap(secret.value.slice(0, at), secret.value.slice(at)));
      if (leak(secret, texts) !== "") {
        leaked.push(`${secret.kind} at ${at}: ${texts.join(" | ")}`);
      }
    }
  }
  expect(leaked).toEqual([]);
});

test("S-I1 a key of which only the beginning, the middle or the end was read is taken out all the same", () => {
  for (const secret of secrets.filter(({ value }) => value.includes("\n"))) {
    const lines = secret.value.split("\n");
    expect(leak(secret, redact([lines.slice(0, 8).join("\n")])), "beginning").toBe("");
    expect(leak(secret, redact([lines.slice(5).join("\n")])), "end").toBe("");
    expect(leak(secret, redact([lines.slice(3, 10).join("\n")])), "middle").toBe("");
  }
});

test("a secret has one name wherever it stands, also where only its value tells", () => {
  const [, , , , , , , , , , , , , , , , , , , openAi] = secrets;
  const value = openAi?.value ?? "";
  const texts = redact([
    `DATABASE_PASSWORD=corr3ct-horse`,
    `the server said: corr3ct-horse is wrong; key ${value}`,
    value,
  ]);
  expect(texts).toEqual([
    "DATABASE_PASSWORD=[[secret 1: password]]",
    "the server said: [[secret 1: password]] is wrong; key [[secret 2: API key]]",
    "[[secret 2: API key]]",
  ]);
});

test("a secret is found in its other spellings: in an address, in JSON, in base64", () => {
  const password = 'pa"ss/w0rd+1';
  const encoded = Buffer.from(`user:${password}`).toString("base64");
  const redactor = new Redactor([{ name: "key of Cloud", value: password }]);
  const [url, json, base64] = redactor
    .redact([
      `https://x/?q=${encodeURIComponent(password)}`,
      JSON.stringify({ a: password }),
      Buffer.from(password).toString("base64"),
    ])
    .map(({ text }) => text);
  expect(url).toBe("https://x/?q=[[secret 1: key of Cloud]]");
  expect(json).toBe('{"a":"[[secret 1: key of Cloud]]"}');
  expect(base64).not.toContain(Buffer.from(password).toString("base64").slice(0, 14));
  expect(encoded).not.toBe("");
});

test("what was redacted once stays as it is, also when a later text tells more", () => {
  const redactor = new Redactor();
  const first = redactor.redact(["the word is Corr3ctHorse"]);
  const second = redactor.redact(["the word is Corr3ctHorse", "password=Corr3ctHorse", "again Corr3ctHorse"]);
  expect(second[0]).toEqual(first[0]);
  expect(second.slice(1).map(({ text }) => text)).toEqual([
    "password=[[secret 1: password]]",
    "again [[secret 1: password]]",
  ]);
});

test("invariant 10: what was sent stays the beginning of what is sent, whatever is added", () => {
  const piece = fc.oneof(
    fc.constantFrom(...secrets.map(shown)),
    fc.constantFrom(...secrets.map(({ value }) => value.slice(0, 9))),
    fc.string({ maxLength: 30 }),
  );
  const text = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join("\n"));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 6 }), fc.array(text, { maxLength: 4 }), (before, after) => {
      const redactor = new Redactor();
      const first = redactor.redact(before);
      expect(redactor.redact([...before, ...after]).slice(0, before.length)).toEqual(first);
    }),
    { numRuns: 150 },
  );
});

test("what was taken out is listed by kind and count, and never by what it was", () => {
  const redactor = new Redactor([{ name: "key of Cloud", value: "unseen-but-known-1" }]);
  redactor.redact(["PASSWORD=Corr3ctHorse", "a draft with Corr3ctHorse"]);
  redactor.redact(["PASSWORD=Corr3ctHorse", "another draft"]);
  expect(redactor.redactions).toEqual([{ number: 1, name: "password", count: 1 }]);
});

test("marks stand where something was taken out", () => {
  const [redacted] = new Redactor().redact(["PASSWORD=Corr3ctHorse b"]);
  const { text = "", marks = [] } = redacted ?? {};
  expect(marks.map(({ from, to }) => text.slice(from, to))).toEqual(["[[secret 1: password]]"]);
});

test("an edit that names a secret by its placeholder gets it back on this machine, and no other text does", () => {
  const redactor = new Redactor();
  redactor.redact(["password=Corr3ctHorse", "a planted [[secret 1: password]] and [[secret 9: x]]"]);
  expect(redactor.restore("old: [[secret 1: password]]; [[secret 2: password]]; [[secret 1: token]]")).toBe(
    "old: Corr3ctHorse; [[secret 2: password]]; [[secret 1: token]]",
  );
});

test("text of the workspace that looks like a placeholder is not taken for one", () => {
  expect(redact(["see [[secret 1: password]]"])).toEqual(["see [ [secret 1: password]]"]);
});

test("a second look finds a known secret in whatever it is spelled", () => {
  const redactor = new Redactor([{ name: "key", value: 'Corr3ct"Horse' }]);
  expect(redactor.finds('{"a":"Corr3ct\\"Horse"}')).toBe(true);
  expect(redactor.finds('{"a":"[[secret 1: key]]"}')).toBe(false);
});

const harmless = [
  'import { createHash } from "node:crypto";\nconst hash = createHash("sha256").update(text).digest("hex");',
  "interface User { name: string; password: string; token?: string | undefined; apiKey: string }",
  "function readToken(token: Token): string { return token.value; }",
  "const maxTokens = 4096; const tokenCount = tokens.length;",
  'const label = "Password"; const hint = "Enter your password";',
  "password: process.env.DB_PASSWORD,\n  secret: \u0024{{ secrets.NPM_TOKEN }}\n",
  "DB_PASSWORD=\u0024{DB_PASSWORD}\nAPI_KEY=<your key>\nTOKEN=changeme\n",
  "commit 4a02143d0c9c3a0f9f1b2a6f0e9d8c7b6a5f4e3d\nAuthor: Ann <ann@example.com>",
  '"integrity": "sha512-Zb8m0Yy3m1Wq0cXv8oT3m0m8g3mJ0aS0cQwFqI8Qx0yq4jZkV9v7W1o5Rk2nV8g6pM9xB0cL2dS4tH7uJ5kF3w=="',
  "id: 123e4567-e89b-12d3-a456-426614174000",
  "src/editor/escalation/preview-documents.test.ts:12: expect(view).toBe(1)",
  "task-1234567890abcdef1234 risk-assessment-of-the-whole-project disk-usage-by-folder-and-owner",
  "class PasswordResetRequestHandlerFactoryBean extends AbstractSingletonProxyFactoryBean2 {}",
  "const key = `\u0024{a}:\u0024{b}`; map.set(key, value); sort.key = 'name';",
  "The token is read by the lexer; the next token is an identifier.",
  '<label for="password">Password</label><input type="password" name="password" autocomplete="current-password">',
  'export const tokenTypes = ["identifier", "keyword"]; const token = "identifier";',
  "test('a token is refused', () => expect(parse(token)).toBeNull());",
  "http://localhost:3000/login?next=/home&page=2",
  "https://github.com/microsoft/vscode/blob/main/src/vs/workbench/contrib/terminal/browser/terminalInstance.ts",
];

test.each(harmless)("what is no secret stays: %s", (text) => {
  expect(redact([text])).toEqual([text]);
});

test("a long conversation is redacted without a long wait, and its growth costs only what was added", () => {
  const line =
    'const total = items.reduce((sum, item) => sum + item.price * item.count, 0); // "password" is not here\n';
  const texts = Array.from({ length: 40 }, () => line.repeat(250));
  const redactor = new Redactor();
  redactor.redact(texts);
  const startedAt = performance.now();
  redactor.redact([...texts, "one more"]);
  const addedMs = performance.now() - startedAt;
  const freshAt = performance.now();
  new Redactor().redact(texts);
  expect(addedMs).toBeLessThan((performance.now() - freshAt) / 2);
});
