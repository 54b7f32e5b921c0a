import { expect, test } from "vitest";
import { missingPackages } from "./dependencies.mjs";
import { explainFailure } from "./npm.mjs";

const wanted = {
  "": { version: "0.1.0" },
  "node_modules/a": { version: "1.0.0" },
  "node_modules/for-another-platform": { version: "1.0.0", optional: true },
};

test("packages are complete when every one that fits this platform has the locked version", () => {
  expect(missingPackages(wanted, { "node_modules/a": { version: "1.0.0" } })).toEqual([]);
});

test("a missing package and one of another version are told", () => {
  expect(missingPackages(wanted, {})).toEqual(["node_modules/a"]);
  const installed = {
    "node_modules/a": { version: "0.9.0" },
    "node_modules/for-another-platform": { version: "2.0.0" },
  };
  expect(missingPackages(wanted, installed)).toEqual(["node_modules/a", "node_modules/for-another-platform"]);
});

test.each([
  ["npm error code ENOTFOUND\nnpm error getaddrinfo ENOTFOUND registry", "cannot be reached", "Connect to the network"],
  ["npm error code ENOSPC", "disk is full", "Free about 2 GB"],
  ["npm error code EACCES", "cannot be changed", "give yourself the right"],
  ["npm error code E404\nnpm error 404 no such package", "404 no such package", "Mend that"],
])("a failure of npm becomes a sentence and a way on: %s", (output, sentence, remedy) => {
  const problem = explainFailure("The editor", output);
  expect(problem.message).toContain(sentence);
  expect(problem.remedy).toContain(remedy);
});
