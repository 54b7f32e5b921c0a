import { createServer } from "node:http";
import { afterEach, expect, test } from "vitest";
import { describeServers, findModelServers } from "./model-servers.mjs";

/** @type {import("node:http").Server[]} */
const servers = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
  }
});

/**
 * @param {number} status
 * @param {string} body
 * @returns {Promise<number>} the port
 */
function listen(status, body) {
  const server = createServer((_, response) => response.writeHead(status).end(body));
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(/** @type {import("node:net").AddressInfo} */ (server.address()).port));
  });
}

test("a server that lists its models is found, one that answers something else is not", async () => {
  const port = await listen(200, JSON.stringify({ data: [{ id: "qwen3:8b" }, { id: "gemma3:4b" }] }));
  const other = await listen(200, "<html>hello</html>");
  const found = await findModelServers(
    [
      { port, name: "Ollama" },
      { port: other, name: "llama.cpp" },
    ],
    5_000,
  );
  expect(found).toEqual([{ address: `http://127.0.0.1:${port}`, name: "Ollama", models: ["qwen3:8b", "gemma3:4b"] }]);
  expect(describeServers(found)).toContain("qwen3:8b, gemma3:4b");
});

test("without a server the practice model is offered as what it is", () => {
  expect(describeServers([])).toContain("practice model (a script)");
});
