import { expect, test } from "vitest";
import type { EndpointView, Locality } from "../../core/events";
import { originOf, type ReachPolicy, reachOf, remoteEndpoints } from "./reach";

const strict: ReachPolicy = { localOnly: true, networkServers: [], endpoints: [] };
const lax: ReachPolicy = { ...strict, localOnly: false };

function reach(locality: Locality, policy: ReachPolicy, more: { configured?: boolean; forwardedTo?: string } = {}) {
  const baseUrl = locality === "network" ? "http://192.168.1.20:11434/v1" : "https://api.example.com/v1";
  const view: EndpointView = { name: "A", model: "m", baseUrl, locality, practice: false };
  return reachOf({ view, configured: more.configured ?? true, forwardedTo: more.forwardedTo }, policy);
}

test("what runs on this machine is free to use", () => {
  expect(reach("machine", strict, { configured: false })).toBe("free");
});

test("S-N1 a server here that passes requests on is no server here", () => {
  expect(reach("machine", strict, { forwardedTo: "ollama.com" })).toBe("one_task");
  expect(reach("internet", lax, { forwardedTo: "ollama.com", configured: false })).toBe("one_task");
});

test("S-N5 a server on the network takes a choice of its own, whatever else is allowed", () => {
  expect(reach("network", strict)).toBe("once_allowed");
  expect(reach("network", lax)).toBe("once_allowed");
  expect(reach("network", { ...strict, networkServers: ["http://192.168.1.20:11434"] })).toBe("free");
  expect(reach("network", { ...strict, networkServers: ["192.168.1.20:11434/v1/"] })).toBe("free");
  expect(
    reach("network", { ...strict, networkServers: ["http://192.168.1.20:8080", "not an address", "http://u@h"] }),
  ).toBe("once_allowed");
});

test("S-A4 the internet takes a grant for one task, unless the user let tasks use what they configured", () => {
  expect(reach("internet", strict)).toBe("one_task");
  expect(reach("internet", lax)).toBe("free");
  expect(reach("internet", lax, { configured: false })).toBe("one_task");
});

test("no endpoint elsewhere is open to tasks while Hearth is local only", () => {
  const endpoints = [{ name: "A", baseUrl: "https://api.example.com/v1", model: "m" }];
  expect(remoteEndpoints({ ...strict, endpoints })).toEqual([]);
  expect(remoteEndpoints({ ...lax, endpoints })).toEqual([
    { endpoint: "A", origin: "https://api.example.com:443", model: "m" },
  ]);
});

test("an origin has one spelling, and what is no address has none", () => {
  expect(originOf("HTTP://LOCALHOST:11434/v1/chat/completions")).toEqual(["http://localhost:11434"]);
  expect(originOf("")).toEqual([]);
  expect(originOf("http://")).toEqual([]);
});
