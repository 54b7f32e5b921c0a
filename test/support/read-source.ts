import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type ParserOptions, parse } from "@babel/parser";
import { ROOT } from "../../dev/dependencies.mjs";

export interface Import {
  /** As written, such as `./loop`, `node:fs` or `zod`. */
  from: string;
  /** The path below the project for imports of our own, such as `src/core/loop`. */
  own?: string;
  /** Names as exported there; `*` for a whole module. */
  names: string[];
}

interface Node {
  type: string;
  [key: string]: unknown;
}

/** Every source file below a folder of the project, as paths below the project. */
export function listSources(folder: string): string[] {
  return readdirSync(join(ROOT, folder)).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (statSync(join(ROOT, path)).isDirectory()) {
      return listSources(path);
    }
    return /\.(?:ts|tsx)$/.test(name) ? [path] : [];
  });
}

/** Node's modules that reach the network, whichever way they are written. */
export const SOCKETS = /^(?:node:)?(?:net|tls|http|https|http2|dgram|dns|inspector)(?:\/|$)/;
/** Node's modules that start processes. */
export const PROCESSES = /^(?:node:)?(?:child_process|cluster)(?:\/|$)/;

/** Every import, re-export, dynamic import, import type and `require` of a file. */
export function readImports(path: string): Import[] {
  const imports: Import[] = [];
  visit(parseFile(path), (node) => {
    const from = sourceOf(node);
    if (from !== undefined) {
      const own = from.startsWith(".")
        ? relative(ROOT, join(ROOT, dirname(path), from)).replaceAll("\\", "/")
        : undefined;
      imports.push({ from, names: namesOf(node), ...(own === undefined ? {} : { own }) });
    }
  });
  return imports;
}

/** Ways to reach the network that need no import. */
export const NETWORK_GLOBALS = [
  "fetch",
  "XMLHttpRequest",
  "WebSocket",
  "EventSource",
  "sendBeacon",
  "RTCPeerConnection",
  "WebTransport",
  "importScripts",
];

/** Which of these global names a file uses as values: on their own where nothing of the file is called so, or as members. */
export function readGlobals(path: string, wanted: readonly string[]): string[] {
  const source = readFileSync(join(ROOT, path), "utf8");
  if (!wanted.some((name) => source.includes(name))) {
    return []; // most files: nothing to parse
  }
  const found = new Set<string>();
  const walk = (node: Node, parent: Node, key: string, declared: ReadonlySet<string>): void => {
    const name = nameIn(node, parent, key);
    if (wanted.includes(name) && isGlobal(parent, key, declared.has(name))) {
      found.add(name);
    }
    const inside = opensScope(node) ? new Set([...declared, ...declaredIn(node)]) : declared;
    for (const [at, child] of children(node)) {
      walk(child, node, at, inside);
    }
  };
  const program = parseFile(path);
  walk(program, program, "", new Set());
  return [...found];
}

function parseFile(path: string): Node {
  const plugins: ParserOptions["plugins"] = /\.tsx?$/.test(path) ? ["typescript"] : [];
  if (!path.endsWith(".ts")) {
    plugins.push("jsx");
  }
  const text = readFileSync(join(ROOT, path), "utf8");
  return parse(text, { sourceType: "unambiguous", plugins, errorRecovery: true }).program as unknown as Node;
}

function visit(node: Node, see: (node: Node) => void): void {
  see(node);
  for (const [, child] of children(node)) {
    visit(child, see);
  }
}

function children(node: Node): [key: string, child: Node][] {
  return Object.entries(node).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((child): child is Node => typeof child === "object" && child !== null && typeof child.type === "string")
      .map((child): [string, Node] => [key, child]),
  );
}

const opensScope = ({ type }: Node) => type === "Program" || /Function|Method$/.test(type);

/** Names that a program or function declares itself: parameters, variables, functions, classes and imports. */
function declaredIn(scope: Node): string[] {
  const names = ((scope["params"] as Node[] | undefined) ?? []).flatMap(boundNames);
  const look = (node: Node): void => {
    for (const [, child] of children(node)) {
      if (child.type === "VariableDeclarator" || /^Import.*Specifier$/.test(child.type)) {
        names.push(...boundNames((child["id"] ?? child["local"]) as Node));
      } else if (/^(?:Function|Class)Declaration$/.test(child.type) && child["id"]) {
        names.push(...boundNames(child["id"] as Node));
      }
      if (!opensScope(child)) {
        look(child);
      }
    }
  };
  look(scope);
  return names;
}

/** The names that a pattern such as `{ a, b: [c = 1] }` binds. */
function boundNames(pattern: Node): string[] {
  if (pattern.type === "Identifier") {
    return [String(pattern["name"])];
  }
  return children(pattern)
    .filter(([key]) => key !== "typeAnnotation" && key !== "right" && !(key === "key" && pattern["computed"] !== true))
    .flatMap(([, child]) => boundNames(child));
}

function sourceOf(node: Node): string | undefined {
  if (/^(?:ImportDeclaration|Export(?:Named|All)Declaration|ImportExpression)$/.test(node.type)) {
    return text(node["source"]);
  }
  if (node.type === "TSImportType") {
    return text(node["source"] ?? node["argument"]);
  }
  const callee = node["callee"] as Node | undefined;
  if (node.type === "CallExpression" && (callee?.type === "Import" || callee?.["name"] === "require")) {
    return text((node["arguments"] as Node[])[0]);
  }
  return undefined;
}

function text(node: unknown): string | undefined {
  const literal = node as Node | null | undefined;
  if (literal?.type === "TSLiteralType") {
    return text(literal["literal"]);
  }
  return literal?.type === "StringLiteral" ? String(literal["value"]) : undefined;
}

function namesOf(node: Node): string[] {
  if (node["importKind"] === "type" || node["exportKind"] === "type") {
    return [];
  }
  const specifiers = (node["specifiers"] as Node[] | undefined) ?? [];
  if (!/^(?:Import|ExportNamed)Declaration$/.test(node.type)) {
    return ["*"];
  }
  return specifiers.filter((each) => each["importKind"] !== "type").map(nameOf);
}

function nameOf(specifier: Node): string {
  const whole = /^(?:ImportNamespace|ImportDefault)Specifier$/.test(specifier.type);
  const name = (specifier["imported"] ?? specifier["local"]) as Node;
  return whole ? "*" : String(name["name"] ?? name["value"]);
}

const GLOBAL_OBJECTS = ["globalThis", "window", "self", "global", "navigator"];

/** The name that an identifier, or a text in brackets behind the global object, stands for. */
function nameIn(node: Node, parent: Node, key: string): string {
  const inBrackets = node.type === "StringLiteral" && key === "property" && isOnGlobalObject(parent);
  return node.type === "Identifier" ? String(node["name"]) : inBrackets ? String(node["value"]) : "";
}

function isOnGlobalObject(member: Node): boolean {
  const object = member["object"] as Node | undefined;
  return GLOBAL_OBJECTS.includes(String(object?.["name"]));
}

function isGlobal(parent: Node, key: string, isDeclared: boolean): boolean {
  if (/^TS/.test(parent.type)) {
    return false; // a type, not a value
  }
  if (/^(?:Optional)?MemberExpression$/.test(parent.type) && key === "property" && parent["computed"] !== true) {
    return isOnGlobalObject(parent);
  }
  const named =
    /^(?:ObjectProperty|ObjectMethod|Class(?:Private|Accessor)?(?:Method|Property)|ImportSpecifier|ExportSpecifier)$/;
  const isKey = named.test(parent.type) && key !== "value" && key !== "params" && parent["computed"] !== true;
  return !isKey && !isDeclared;
}
