import { expect, test } from "vitest";
import { describeCandidate } from "../models/describe-candidate";
import { describeStatus } from "./describe-status";
import { nameHere } from "./name-here";

test.each([
  [undefined, "on this machine"],
  ["localhost:8080", "on this machine"],
  ["127.0.0.1:8080", "on this machine"],
  ["dev-container", "in the container 3f2a"],
  ["attached-container", "in the container 3f2a"],
  ["wsl", "on 3f2a (WSL)"],
  ["ssh-remote", "on 3f2a (remote)"],
  ["codespaces", "on 3f2a (remote)"],
  ["build.example.com:8080", "on 3f2a (remote)"],
])("S-N6 with the extensions at %s a local server runs %s", (remoteName, words) => {
  expect(nameHere(remoteName, "3f2a")).toBe(words);
});

test("S-N6 the picker and the status bar name the container, not the laptop", () => {
  const locality = "machine" as const;
  const view = { name: "Ollama", model: "qwen3", baseUrl: "http://127.0.0.1:11434/v1", locality, practice: false };
  const container = nameHere("dev-container", "3f2a");
  const candidate = { view, loaded: true, configured: false, trouble: undefined, reach: "free" as const };

  const picked = describeCandidate(candidate, undefined, false, container);
  const shown = describeStatus(
    { endpoint: view, searching: false, state: "idle", leaving: "Nothing has left.", trusted: true },
    container,
  );

  expect(picked.description).toBe("Ollama, in the container 3f2a");
  expect(shown.text).toBe("$(home) qwen3, in the container 3f2a");
  expect(shown.spoken).toContain("in the container 3f2a");
});
