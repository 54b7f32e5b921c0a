import { expect, test } from "vitest";
import { plainPath } from "./plain-path";

test("however a path is written, it is one path", () => {
  for (const written of ["a/b.txt", "./a/b.txt", "a//b.txt", ".//a/./b.txt", "a/c/../b.txt", "c/../a/b.txt"]) {
    expect(plainPath(written)).toBe("a/b.txt");
  }
  expect(plainPath("/w//app/./a.txt")).toBe("/w/app/a.txt");
});

test("a path that leads out still does", () => {
  expect(plainPath("../a.txt")).toBe("../a.txt");
  expect(plainPath("a/../../b.txt")).toBe("../b.txt");
  expect(plainPath("../../b.txt")).toBe("../../b.txt");
  expect(plainPath("/../a.txt")).toBe("/a.txt");
});

test("what is written otherwise stays as it is", () => {
  for (const written of ["", ".", "~/a//b.txt", "//server/a.txt", "file:///a.txt", "a\\..\\b.txt"]) {
    expect(plainPath(written)).toBe(written);
  }
  expect(plainPath("./")).toBe(".");
});
