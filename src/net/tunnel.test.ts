import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer as createSecure } from "node:https";
import { type AddressInfo, createServer as createTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setDefaultCACertificates } from "node:tls";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ModelServer, says, startModelServer } from "../../test/support/model-server";
import { startProxy, type TestProxy } from "../../test/support/proxy";
import { Gateway } from "./gateway";
import { Ledger } from "./ledger";
import type { ProxyWishes } from "./proxies";

let folder: string;
let ledger: Ledger;
let server: ModelServer;
const closing: (() => unknown)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-tunnel-"));
  ledger = new Ledger(folder);
  server = await startModelServer({ respond: () => says("Hello.") });
  closing.push(() => server.close());
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) {
    await close();
  }
  await rm(folder, { recursive: true });
});

async function proxyTo(leadsTo: Parameters<typeof startProxy>[0]): Promise<TestProxy> {
  const proxy = await startProxy(leadsTo);
  closing.push(() => proxy.close());
  return proxy;
}

/** A name that this machine does not know, as behind a company's proxy. */
const unknown = async (host: string): Promise<string[]> => {
  throw new Error(`${host} is not known`);
};

function gatewayWith(wishes: Partial<ProxyWishes>, lookup: (host: string) => Promise<string[]> = unknown): Gateway {
  const remoteEndpoints = () =>
    ["http://api.example.com:80", "https://api.example.com:443"].map((origin) => ({
      endpoint: "Cloud",
      origin,
      model: "m",
    }));
  return new Gateway({ ledger, lookup, remoteEndpoints, proxies: () => ({ allowed: true, env: {}, ...wishes }) });
}

const chat = { purpose: "chat", taskId: "t1", endpoint: "Cloud", model: "m" };
const ask = (gateway: Gateway, url: string) => gateway.fetch(url, { method: "POST", body: "{}" }, chat);
const path = "/v1/chat/completions";

test("S-N3 what goes to the internet goes through the user's proxy, and the record names the host, the proxy and the address", async () => {
  const proxy = await proxyTo(server.port);
  const gateway = gatewayWith({ url: proxy.url.replace("//", "//anna:secret@") });

  const response = await ask(gateway, `http://api.example.com${path}`);

  expect(await response.text()).toContain("Hello.");
  expect(proxy.asked).toEqual([
    { to: "api.example.com:80", authorization: `Basic ${Buffer.from("anna:secret").toString("base64")}` },
  ]);
  const [entry, ...others] = await ledger.read(1);
  expect(others).toEqual([]);
  expect(entry).toMatchObject({
    host: "api.example.com",
    proxy: proxy.name,
    address: "127.0.0.1",
    where: "internet",
    status: 200,
    bytesOut: proxy.bytes.in,
    bytesIn: proxy.bytes.out,
  });
  expect(server.chats[0]?.headers).not.toHaveProperty("proxy-authorization");
  expect(JSON.stringify(entry)).not.toContain("secret");
});

test("S-N3 a proxy of every kind sees nothing of what stays on this machine or the network", async () => {
  const proxy = await proxyTo(server.port);
  const names = ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
  const env = Object.fromEntries(names.map((name) => [name, proxy.url]));
  const lookup = async (host: string) => [host === "api.example.com" ? "127.0.0.1" : "192.168.7.7"];
  const gateway = gatewayWith({ url: proxy.url, env }, lookup);

  const here = ["localhost", "127.0.0.1", "localhost.", "[::ffff:7f00:1]", "127.1", "0x7f000001", "api.example.com"];
  for (const host of here) {
    const response = await ask(gateway, `http://${host}:${server.port}${path}`);
    expect(await response.text(), host).toContain("Hello.");
  }
  for (const host of ["192.168.7.7", "nas.lan", "box.example.com"]) {
    await expect(ask(gateway, `http://${host}:${server.port}${path}`)).rejects.toMatchObject({ code: "not_local" });
  }
  expect(proxy.connections).toBe(0);
  expect((await ledger.read(1)).some((entry) => entry.proxy !== undefined)).toBe(false);
});

test("a proxy takes part in no decision: without permission it is not even asked", async () => {
  const proxy = await proxyTo(server.port);
  const gateway = gatewayWith({ url: proxy.url });

  await expect(ask(gateway, `http://api.other.com${path}`)).rejects.toMatchObject({ code: "not_local" });
  expect(proxy.connections).toBe(0);
});

test.each([
  [{ status: 407 }, /wants|answered 407/, /http\.proxyAuthorization/],
  [{ status: 403 }, /answered 403, so nothing was sent/, /http\.noProxy/],
] as const)("a proxy that answers with %o is told as what it is", async (leadsTo, message, remedy) => {
  const proxy = await proxyTo(leadsTo);

  const failed = ask(gatewayWith({ url: proxy.url }), `http://api.example.com${path}`);

  await expect(failed).rejects.toMatchObject({
    code: "proxy_refused",
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(remedy),
  });
  expect(await ledger.read(1)).toMatchObject([
    { host: "api.example.com", proxy: proxy.name, bytesOut: 0, refused: expect.stringContaining("nothing was sent") },
  ]);
  expect(server.chats).toEqual([]);
});

test("a proxy that is not there, says nothing sensible or hangs up is told as well, and stopping works meanwhile", async () => {
  const mute = createTcp((socket) => void socket.on("error", () => undefined));
  const odd = createTcp((socket) => void socket.end("SSH-2.0-x\r\n\r\n"));
  const ports = await Promise.all(
    [mute, odd].map(
      (one) =>
        new Promise<number>((done) => one.listen(0, "127.0.0.1", () => done((one.address() as AddressInfo).port))),
    ),
  );
  closing.push(
    () => mute.close(),
    () => odd.close(),
  );
  const through = (port: number | undefined, signal?: AbortSignal) =>
    gatewayWith({ url: `127.0.0.1:${port}` }).fetch(
      `http://api.example.com${path}`,
      { method: "POST", body: "{}", signal: signal ?? null },
      chat,
    );

  await expect(through(1)).rejects.toMatchObject({ message: expect.stringContaining("does not answer") });
  await expect(through(ports[1])).rejects.toMatchObject({ message: expect.stringContaining("does not speak HTTP") });
  const stop = new AbortController();
  const waiting = through(ports[0], stop.signal);
  setTimeout(() => stop.abort(new Error("enough")), 50);
  await expect(waiting).rejects.toThrow("enough");
});

test.skipIf(spawnSync("openssl", ["version"]).status !== 0)(
  "through a proxy the certificate is still the target's, and the proxy reads nothing",
  async () => {
    const [key, cert] = [join(folder, "key"), join(folder, "cert")];
    spawnSync("openssl", [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
      ...["-keyout", key, "-out", cert, "-subj", "/CN=x", "-addext", "subjectAltName=DNS:api.example.com"],
    ]);
    const pair = { key: await readFile(key, "utf8"), cert: await readFile(cert, "utf8") };
    const secure = createSecure(pair, (_, response) => response.end("hello"));
    await new Promise<void>((done) => secure.listen(0, "127.0.0.1", done));
    closing.push(() => secure.close());
    const proxy = await proxyTo((secure.address() as AddressInfo).port);
    const gateway = gatewayWith({ env: { https_proxy: proxy.url } });

    await expect(ask(gateway, `https://api.example.com${path}`)).rejects.toMatchObject({ code: "not_trusted" });
    setDefaultCACertificates([pair.cert]);
    expect(await (await ask(gateway, `https://api.example.com${path}`)).text()).toBe("hello");

    expect(proxy.asked.map(({ to }) => to)).toEqual(["api.example.com:443", "api.example.com:443"]);
    const entries = await ledger.read(1);
    expect(entries.map(({ status, proxy: by }) => [status, by])).toEqual([
      [null, proxy.name],
      [200, proxy.name],
    ]);
    expect(entries[1]?.bytesOut).toBeGreaterThan(400); // the greeting of an encrypted way alone is longer
    expect(entries[1]?.bytesIn).toBeGreaterThan(600);
  },
);
