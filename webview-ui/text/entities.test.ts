import { expect, test } from "vitest";
import { decodeEntities } from "./entities";

test("character references become characters, anything else stays", () => {
  expect(decodeEntities("a &lt;b&gt; &amp;amp; &#65;&#x42; &quot;")).toBe('a <b> &amp; AB "');
  expect(decodeEntities("&unknown; & &; AT&T")).toBe("&unknown; & &; AT&T");
  expect(decodeEntities("&#0;&#x110000;")).toBe("\ufffd\ufffd");
});
