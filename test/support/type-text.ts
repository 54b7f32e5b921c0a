/** The part of JSON Schema that our own schemas come to. */
export interface Schema {
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
  const { oneOf, anyOf, properties, items } = schema;
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
  if (name === undefined && Object.keys(schema).every((key) => key.startsWith("$"))) {
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
    ? texts.map((text) => `\n${indent}  | ${text}`).join("")
    : texts.join(" | ");
}

function objectText(properties: Record<string, Schema>, required: readonly string[], indent: string): string {
  const lines = Object.entries(properties).map(([name, schema]) => {
    const text = typeText(schema, `${indent}  `);
    return required.includes(name) ? `${name}: ${text};` : `${name}?: ${text} | undefined;`;
  });
  return ["{", ...lines.map((line) => `${indent}  ${line}`), `${indent}}`].join("\n");
}
