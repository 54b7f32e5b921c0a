import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEV, ROOT } from "../../dev/dependencies.mjs";
import { readGlobals, readImports } from "./read-source";

const folder = join(DEV, `read-source-${process.pid}`);
const below = folder.slice(ROOT.length + 1);
beforeAll(() => mkdirSync(folder, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true }));

function write(text: string): string {
  writeFileSync(join(folder, "a.ts"), text);
  return `${below}/a.ts`;
}

test("every way of importing is seen", () => {
  const path = write(`
    import type { A } from "a";
    import { b as c, type D } from "./b";
    import * as e from "e";
    export { f } from "f";
    export * from "g";
    const h = await import("h");
    const i = require("i");
    let j: import("j").J;
  `);
  expect(readImports(path)).toEqual([
    { from: "a", names: [] },
    { from: "./b", own: `${below}/b`, names: ["b"] },
    { from: "e", names: ["*"] },
    { from: "f", names: ["f"] },
    { from: "g", names: ["*"] },
    { from: "h", names: ["*"] },
    { from: "i", names: ["*"] },
    { from: "j", names: ["*"] },
  ]);
});

test.each([
  ["fetch('x')"],
  ["const send = fetch"],
  ["globalThis.fetch('x')"],
  ["window['fetch']('x')"],
  ["const x = { [fetch]: 1 }"],
  ["const x = { fetch }"],
  ["function a(fetch) {} function b() { return fetch('x'); }"],
  ["export default { send: () => fetch }"],
])("a use of a global is seen: %s", (text) => {
  expect(readGlobals(write(text), ["fetch"])).toEqual(["fetch"]);
});

test.each([
  ["gateway.fetch('x')"],
  ["const client = { fetch: send }"],
  ["function post(fetch) { return () => fetch('x'); }"],
  ["const { fetch } = gateway; fetch('x')"],
  ["class Gateway { fetch() {} }"],
  ["let send: typeof fetch"],
])("what only bears the name of a global is left alone: %s", (text) => {
  expect(readGlobals(write(text), ["fetch"])).toEqual([]);
});
