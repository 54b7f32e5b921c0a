import { isFiller, looksMixed } from "./random-text";

/** A secret that only its surroundings give away. Positions count in the text that was searched. */
export interface NamedSecret {
  name: string;
  from: number;
  to: number;
}

const passwordWords = "pass(?:word|wd|phrase|code|w(?![a-z])|(?![a-z]))|pwd";
const secretWords = [
  passwordWords,
  "secret",
  "token",
  "api[_-]?key",
  "access[_-]?key",
  "(?:private|signing|encryption|master|account|shared|service|storage|deploy|license|auth|app|session|consumer)[_-]?key",
  "credentials?",
  "auth",
  "connection[_-]?string",
  "dsn",
  "bearer",
  "session[_-]?id",
  "pepper",
  "otp",
  "mnemonic",
].join("|");
/** Not what stands after a question mark: `pass ? "pass" : "error"` names nothing. */
const key = `(?<![A-Za-z0-9_.-])(?<!\\?\\s{0,3}["'\x60]?)[A-Za-z0-9_.-]{0,60}?(?:${secretWords})[A-Za-z0-9_-]{0,40}`;
const strong = new RegExp(`(?:${passwordWords}|secret|api[_-]?key|access[_-]?key|private[_-]?key)`, "i");

/** `"password": "…"`, `apiKey = '…'`, `secret => "…"`, `token: str = "…"`. */
const quoted = new RegExp(
  String.raw`(${key})["'\x60]?\]?\s{0,4}(?::\s{0,4}[A-Za-z][\w<>\[\]| .]{0,40}?\s{0,4}=|:=|=>|[:=(])\s{0,8}[rbuf$@]{0,2}(["'\x60])((?:\\.|(?!\2)[^\\]){4,400}?)\2`,
  "gi",
);
/** `DB_PASSWORD=…`, also after `export`, with or without quotes. */
const environment =
  /(?:^|[\s;"'])((?:[A-Z][A-Z0-9]*_)*(?:PASS|PASSWORD|PASSWD|PASSPHRASE|PWD|SECRET|TOKEN|KEY|APIKEY|AUTH|CREDENTIALS?|DSN|PAT|SALT|COOKIE)(?:_[A-Z0-9]+)*)=["']?([^\s"'`]{4,})/gm;
/** A line of a settings file: `password: …`, `secret = …`. */
const plainLine = new RegExp(
  String.raw`^[-+ \t>|]*(?:\d{1,6}[:|\t][ \t]*)?(?:- )?["']?(${key})["']?[ \t]*[:=][ \t]*([^\s"'\x60][^\s"'\x60]{3,})[ \t]*(?:[#;].*)?$`,
  "gim",
);
const commandLine = new RegExp(String.raw`--?(${key})[= ]["']?([^\s"'\x60-][^\s"'\x60]{3,})`, "gi");
const markup = new RegExp(String.raw`<(${key})>\s*([^<\s]{4,})\s*</`, "gi");
const keyAndValue = new RegExp(
  String.raw`(?:key|name|id)["']?\s*[=:]\s*["'](${key})["']\s*,?\s*["']?(?:value|default)["']?\s*[=:]\s*["']([^"'<>\s]{4,})["']`,
  "gi",
);

const shapes: readonly { name: string; pattern: RegExp; certain?: boolean }[] = [
  { name: "password in an address", pattern: /[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"'<>]{0,200}:([^\s@/"'<>]{1,300})@/gi },
  {
    name: "key in an address",
    pattern:
      /[?&](?:access_token|refresh_token|id_token|token|api[_-]?key|apikey|key|secret|client_secret|password|passwd|pwd|sig|signature|auth|code|x-amz-(?:signature|credential|security-token)|x-goog-signature)=([^&\s"'#<>]{6,})/gi,
  },
  { name: "authorization", pattern: /\b(?:bearer|basic|digest|apikey|token)[ \t]+([A-Za-z0-9._~+/=-]{16,})/gi },
  {
    name: "authorization",
    pattern: /\b(?:proxy-)?authorization["']?\s{0,4}[:=]\s{0,4}["']?(?:[A-Za-z]{3,12}[ \t]+)?([^\s"',;]{8,})/gi,
    certain: true,
  },
  { name: "token", pattern: /:_(?:authToken|auth|password)=["']?([^\s"']{6,})/g },
  { name: "cookie", pattern: /\b(?:set-)?cookie["']?[ \t]*:[ \t]*["']?[^=\s;]{1,80}=([^;\s"']{8,})/gi, certain: true },
  {
    name: "password",
    pattern: /(?:password|pwd|accountkey|sharedaccesskey|sharedaccesssignature)=([^;"'\s&]{4,})(?=[;"'])/gi,
  },
  { name: "password", pattern: /\bmachine\s+\S+\s+login\s+\S+\s+password\s+(\S{3,})/gi, certain: true },
  {
    name: "password",
    pattern: /^(?:\d{1,6}\t)?[ \t+]*[^:\s]{1,200}:(?:\d{2,5}|\*):[^:\s]{1,100}:[^:\s]{1,100}:([^\s:]{3,})$/gm,
    certain: true,
  },
  { name: "password", pattern: /\bsshpass[ \t]+-p[ \t]*["']?([^\s"']{3,})/g, certain: true },
  {
    name: "password",
    pattern: /\bcurl\b[^\n]{0,300}?[ \t](?:-u|--user)[ \t=]+["']?[^\s:"']{1,100}:([^\s"']{3,})/g,
    certain: true,
  },
  { name: "password", pattern: /\bmysql(?:dump|admin)?\b[^\n]{0,200}?[ \t]-p([^\s"']{3,})/g, certain: true },
];

/** What is assigned to a name that says it is secret, within quotes. The text may be a joined one. */
export function findQuoted(text: string): NamedSecret[] {
  const found: NamedSecret[] = [];
  for (const match of text.matchAll(quoted)) {
    const [whole, name = "", , value = ""] = match;
    if (isSecretValue(name, value)) {
      found.push(placed(nameOf(name), match.index + whole.length - 1 - value.length, value));
    }
  }
  return found;
}

/** Secrets that a line gives away: settings, commands, addresses, headers. */
export function findNamed(text: string): NamedSecret[] {
  return [
    ...findIn(text, environment, (name, value) => !isHarmless(value) && !isReference(value) && isWorthy(name, value)),
    ...findIn(text, plainLine, isPlainValue),
    ...findIn(text, commandLine, isSecretValue),
    ...findIn(text, markup, isSecretValue),
    ...findIn(text, keyAndValue, isSecretValue),
    ...shapes.flatMap(({ name, pattern, certain }) =>
      [...text.matchAll(pattern)].flatMap((match) => {
        const value = match[1] ?? "";
        const accepted = !isReference(value) && (certain === true || !isFiller(value));
        return accepted ? [placed(name, match.index + match[0].lastIndexOf(value), value)] : [];
      }),
    ),
  ];
}

function findIn(text: string, pattern: RegExp, accepts: (name: string, value: string) => boolean): NamedSecret[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const [whole, name = "", value = ""] = match;
    return accepts(name, value) ? [placed(nameOf(name), match.index + whole.lastIndexOf(value), value)] : [];
  });
}

function placed(name: string, from: number, value: string): NamedSecret {
  return { name, from, to: from + value.length };
}

function nameOf(key: string): string {
  const lower = key.toLowerCase();
  if (/pass|pwd/.test(lower)) {
    return "password";
  }
  if (/token|bearer|session/.test(lower)) {
    return "token";
  }
  return /key/.test(lower) ? "key" : "secret";
}

function isSecretValue(name: string, value: string): boolean {
  if (isReference(value) || isHarmless(value)) {
    return false;
  }
  return isWorthy(name, value);
}

/** `token: "keyword"` is code; `password: "correct-horse"` is a password. */
function isWorthy(name: string, value: string): boolean {
  if (/\s/.test(value)) {
    return /^(?:bearer|basic) /i.test(value) || /;.*=/.test(value);
  }
  if (
    strong.test(name) &&
    !/(?:type|name|field|label|length|size|count|min|max|url|uri|path|file|policy|hint|id)$/i.test(name)
  ) {
    return true;
  }
  return value.length >= 8 && looksMixed(value);
}

/** Without quotes a value may be a type or a name of the program. */
function isPlainValue(name: string, value: string): boolean {
  if (/[()[\]{}<>,]/.test(value) || /^[A-Za-z_$][\w$]*(?:\.[\w$]+)+;?$/.test(value)) {
    return false;
  }
  if (/^[A-Za-z_$]+;?$/.test(value)) {
    return /pass|pwd/i.test(name) && /^[a-z]{6,}$/.test(value) && isSecretValue(name, value);
  }
  return isSecretValue(name, value);
}

const references =
  /^(?:\$\{|\$\(|\$[A-Za-z_]|\{\{|%[A-Za-z({]|<[A-Za-z]|@|env[.:(]|process\.env|os\.|vault:|arn:aws:secretsmanager|secretref|ref\+|file:|\/run\/secrets)/i;
const template = /\$\{|\{\{|\[\[secret \d/;

function isReference(value: string): boolean {
  return references.test(value) || template.test(value);
}

const harmless =
  /^(?:string|number|boolean|bool|str|int|integer|float|any|unknown|undefined|null|none|nil|void|never|object|optional|required|true|false|text|varchar|bytes|buffer|uint8array|default|enabled|disabled|yes|no|on|off|hidden|redacted|masked|omitted|empty)(?:[;,|[?].*)?$/i;

const version = /^[~^<>=v]{0,3}\d+(?:\.[\dx*]+){1,3}(?:[-+][\w.]+)?$/;

function isHarmless(value: string): boolean {
  return harmless.test(value) || version.test(value) || isFiller(value);
}
