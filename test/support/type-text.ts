/** The part of JSON Schema that our own schemas come to. */
export interface Schema {
  $ref?: string;
  description?: string | undefined;
  type?: string;
  const?: string | number;
  enum?: readonly string[];
  oneOf?: readonly Schema[];
  anyOf?: readonly Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: readonly string[];
}

/** A schema as a type of TypeScript. Throws for what it does not know, so that nothing is published wrong. */
export function typeText(schema: Schema, indent = ""): string {
  const { oneOf, anyOf, properties, items, $ref } = schema;
  if ($ref !== undefined) {
    return $ref;
  }
  const union = oneOf ?? anyOf ?? schema.enum?.map((value): Schema => ({ const: value }));
  if (union !== undefined) {
    return unionText(union, indent);
  }
  if (schema.const !== undefined) {
    return JSON.stringify(schema.const);
  }
  if (schema.type === "array" && items !== undefined) {
    const item = typeText(items, indent);
    return /^(?:\w+|\{[\s\S]*\})$/.test(item) ? `${item}[]` : `(${item})[]`;
  }
  if (schema.type === "object" && properties !== undefined) {
    return objectText(properties, schema.required ?? [], indent);
  }
  const plain = { integer: "number", number: "number", string: "string", boolean: "boolean", null: "null" };
  const name = plain[schema.type as keyof typeof plain];
  if (name === undefined && Object.keys(schema).every((key) => key.startsWith("$") || key === "description")) {
    return "unknown";
  }
  if (name === undefined) {
    throw new Error(`No type is known for ${JSON.stringify(schema)}.`);
  }
  return name;
}

function unionText(members: readonly Schema[], indent: string): string {
  const texts = members.map((member) => typeText(member, `${indent}    `));
  return texts.some((text) => text.includes("\n"))
    ? texts.map((text, at) => `\n${indent}  ${comment(members[at], `${indent}  `)}| ${text}`).join("")
    : texts.join(" | ");
}

function objectText(properties: Record<string, Schema>, required: readonly string[], indent: string): string {
  const lines = Object.entries(properties).map(([name, schema]) => {
    const text = typeText(schema, `${indent}  `);
    const about = comment(schema, `${indent}  `);
    return required.includes(name) ? `${about}${name}: ${text};` : `${about}${name}?: ${text} | undefined;`;
  });
  return ["{", ...lines.map((line) => `${indent}  ${line}`), `${indent}}`].join("\n");
}

/** What stands before something described: its comment, and the way to the next line. */
export function comment(schema: Schema | undefined, indent = ""): string {
  const lines = schema?.description?.split("\n") ?? [];
  const text =
    lines.length > 1 ? ["/**", ...lines.map((line) => ` * ${line}`), " */"] : lines.map((line) => `/** ${line} */`);
  return text.map((line) => `${line}\n${indent}`).join("");
}

/**
 * The doc comments of a source in which each schema is a constant, and each kind of event a call of `event`: by
 * `Action`, `Action.hash`, `reply_delta` and `reply_delta.text`.
 */
export function readComments(source: string): Map<string, string> {
  const said = new Map<string, string>();
  let block = "";
  const named =
    /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?(?:(?:export )?(?:const|interface) (\w+)|\bevent\("(\w+)"|(\w+)\??:)/g;
  for (const [, text, constant, kind, property] of source.matchAll(named)) {
    block = constant ?? kind ?? block;
    if (text !== undefined) {
      said.set(property === undefined ? block : `${block}.${property}`, text.replace(/\s*\n\s*\*?\s*/g, " ").trim());
    }
  }
  return said;
}

/** A schema with those comments as descriptions, down to where another named one begins. */
export function describeSchema(schema: Schema, said: ReadonlyMap<string, string>, block: string): Schema {
  const { properties, items, anyOf, oneOf } = schema;
  const within = (one: Schema) => describeSchema(one, said, block);
  const about = (name: string) => ({ description: said.get(name) });
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, one]) => [name, { ...within(one), ...about(`${block}.${name}`) }]),
      ),
    }),
    ...(items && { items: within(items) }),
    ...(anyOf && { anyOf: anyOf.map(within) }),
    ...(oneOf && {
      oneOf: oneOf.map((one) => {
        const kind = one.properties?.["type"]?.const;
        return typeof kind === "string" ? { ...describeSchema(one, said, kind), ...about(kind) } : within(one);
      }),
    }),
  };
}
