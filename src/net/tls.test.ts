import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Gateway } from "./gateway";
import { Ledger } from "./ledger";

const hasOpenSsl = spawnSync("openssl", ["version"]).status === 0;
const makes = test.skipIf(!hasOpenSsl); // without the openssl program no certificate can be made

let folder: string;
let gateway: Gateway;
const servers: Server[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-tls-"));
  gateway = new Gateway({ ledger: new Ledger(join(folder, "ledger")), lookup: async () => ["127.0.0.1"] });
});

afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await rm(folder, { recursive: true, force: true });
});

async function certificate(name: string, subject: string) {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const made = spawnSync("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
    ...["-keyout", key, "-out", cert, "-subj", `/CN=${name}`, "-addext", `subjectAltName=${subject}`],
  ]);
  expect(made.status, made.stderr.toString()).toBe(0);
  return { key: await readFile(key, "utf8"), cert: await readFile(cert, "utf8") };
}

async function secureServer(pair: { key: string; cert: string }) {
  const seen = { requests: 0 };
  const server = createServer(pair, (_, response) => {
    seen.requests += 1;
    response.end("hello");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  servers.push(server);
  return { seen, port: (server.address() as AddressInfo).port };
}

const ask = (url: string) => gateway.fetch(url, { method: "POST", body: "source" }, { purpose: "chat" });

makes("a certificate that nobody vouches for is refused before anything is sent, and the reason is said", async () => {
  const { port, seen } = await secureServer(await certificate("stranger", "DNS:localhost"));

  await expect(ask(`https://localhost:${port}/v1`)).rejects.toMatchObject({ code: "not_trusted" });
  expect(seen.requests).toBe(0);
});

makes("a trusted certificate counts for its own names and addresses alone", async () => {
  const local = await certificate("local", "DNS:localhost");
  const numeric = await certificate("numeric", "IP:127.0.0.1");
  const named = await certificate("named", "DNS:models.test");
  setDefaultCACertificates([local.cert, numeric.cert, named.cert]);
  const [localAt, numericAt, namedAt] = [
    await secureServer(local),
    await secureServer(numeric),
    await secureServer(named),
  ];

  expect(await (await ask(`https://localhost:${localAt.port}/`)).text()).toBe("hello");
  expect(await (await ask(`https://127.0.0.1:${numericAt.port}/`)).text()).toBe("hello");
  expect(await (await ask(`https://models.test:${namedAt.port}/`)).text()).toBe("hello");
  await expect(ask(`https://127.0.0.1:${localAt.port}/`)).rejects.toMatchObject({ code: "not_trusted" });
  await expect(ask(`https://localhost:${numericAt.port}/`)).rejects.toMatchObject({ code: "not_trusted" });
  await expect(ask(`https://other.test:${namedAt.port}/`)).rejects.toMatchObject({ code: "not_trusted" });
  expect([localAt, numericAt, namedAt].map(({ seen }) => seen.requests)).toEqual([1, 1, 1]);
});
