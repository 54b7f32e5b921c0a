import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { createServer as createHttp, type Server } from "node:http";
import { type AddressInfo, createServer as createTcp, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AgentError } from "../core/errors";
import { Gateway } from "./gateway";
import { Ledger } from "./ledger";

let folder: string;
let ledger: Ledger;
let gateway: Gateway;
const closing: (() => void)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hearth-net-"));
  ledger = new Ledger(folder);
  gateway = new Gateway({ ledger, lookup: noLookup });
});

afterEach(async () => {
  for (const close of closing.splice(0)) {
    close();
  }
  await rm(folder, { recursive: true });
});

async function noLookup(host: string): Promise<string[]> {
  throw new Error(`${host} was looked up`);
}

/** Counts every byte and connection it gets, and answers nothing. */
async function recorder(host = "127.0.0.1") {
  let bytes = 0;
  let connections = 0;
  const sockets: Socket[] = [];
  const server = createTcp((socket) => {
    connections += 1;
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      bytes += data.length;
    });
  });
  await new Promise<void>((done) => server.listen(0, host, done));
  closing.push(() => {
    server.close();
    for (const socket of sockets) {
      socket.destroy();
    }
  });
  return { port: (server.address() as AddressInfo).port, seen: () => ({ bytes, connections }) };
}

async function web(answer: Parameters<typeof createHttp>[1], host = "127.0.0.1"): Promise<number> {
  const server: Server = createHttp(answer);
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(0, host, done);
  });
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function failure(work: Promise<unknown>): Promise<AgentError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AgentError);
  return error as AgentError;
}

const post = { method: "POST", body: "my source code", headers: { authorization: "Bearer secret" } };

test.each([301, 302, 303, 307, 308])("S-N2 a %s is not followed, and says where to", async (status) => {
  const other = await recorder();
  const targets = [
    `http://127.0.0.1:${other.port}/x`,
    "https://evil.example/x",
    "//evil.example/",
    "ftp://evil.example/",
  ];
  for (const location of targets) {
    const port = await web((_, response) => response.writeHead(status, { location }).end());

    const error = await failure(
      gateway.fetch(`http://127.0.0.1:${port}/v1/chat/completions`, post, { purpose: "chat" }),
    );

    expect(error.code).toBe("redirected");
    expect(error.message).toContain(location);
  }
  expect(other.seen()).toEqual({ bytes: 0, connections: 0 });
});

test("S-N2 a Refresh header is not followed", async () => {
  const other = await recorder();
  const port = await web((_, response) =>
    response.writeHead(200, { refresh: `0; url=http://127.0.0.1:${other.port}/` }).end("hi"),
  );

  const response = await gateway.fetch(`http://127.0.0.1:${port}/`, post, { purpose: "chat" });

  expect(await response.text()).toBe("hi");
  expect(other.seen()).toEqual({ bytes: 0, connections: 0 });
});

test("S-N2 a change of protocol that nobody asked for is an error", async () => {
  const server = createTcp((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", () =>
      socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"),
    );
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;

  const error = await failure(gateway.fetch(`http://127.0.0.1:${port}/`, post, { purpose: "chat" }));

  expect(["bad_answer", "connection_lost"]).toContain(error.code);
});

const proxySpellings = [
  "127.0.0.1",
  "127.0.0.2",
  "127.1",
  "localhost",
  "localhost.",
  "LOCALHOST",
  "[::ffff:7f00:1]",
  "2130706433",
];

test("S-N3 no proxy setting of the environment sees a request to this machine", async () => {
  const proxy = await recorder();
  const port = await web((_, response) => response.end("here"), "0.0.0.0");
  const before = { ...process.env };
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"]) {
    process.env[name] = `http://127.0.0.1:${proxy.port}`;
  }
  process.env["NODE_USE_ENV_PROXY"] = "1";
  try {
    for (const host of proxySpellings) {
      const response = await gateway.fetch(`http://${host}:${port}/`, post, { purpose: "chat" });
      expect(await response.text()).toBe("here");
    }
  } finally {
    for (const name of Object.keys(process.env)) {
      if (before[name] === undefined) {
        delete process.env[name];
      }
    }
  }
  expect(proxy.seen()).toEqual({ bytes: 0, connections: 0 });
});

test("S-N4 a name that stands for this machine and for another one is refused", async () => {
  const local = await recorder();
  const double = new Gateway({ ledger, lookup: async () => ["127.0.0.1", "10.0.0.5"] });

  const error = await failure(double.fetch(`http://box.test:${local.port}/`, post, { purpose: "chat" }));

  expect(error.code).toBe("address_refused");
  expect(error.message).toContain("10.0.0.5");
  expect(local.seen().connections).toBe(0);
});

test("S-N4 a name whose second answer differs is resolved once, and the first answer is what is connected to", async () => {
  const port = await web((_, response) => response.end("here"));
  const answers = [["127.0.0.1"], ["203.0.113.9"]];
  let asked = 0;
  const rebinding = new Gateway({ ledger, lookup: async () => answers[asked++] ?? [] });

  const response = await rebinding.fetch(`http://box.test:${port}/`, post, { purpose: "chat" });

  expect(await response.text()).toBe("here");
  expect(asked).toBe(1);
  expect((await ledger.read(1)).at(-1)?.address).toBe("127.0.0.1");
  expect((await failure(rebinding.fetch(`http://box.test:${port}/`, post, { purpose: "chat" }))).code).toBe(
    "not_local",
  );
});

test("S-N4 localhost is never looked up, so no hosts file can move it", async () => {
  const port = await web((_, response) => response.end("here"));

  expect(await (await gateway.fetch(`http://localhost:${port}/`, post, { purpose: "chat" })).text()).toBe("here");
});

test("a server that listens on ::1 alone is found as localhost", async () => {
  const port = await web((_, response) => response.end("six"), "::1");

  expect(await (await gateway.fetch(`http://localhost:${port}/`, {}, { purpose: "look for models" })).text()).toBe(
    "six",
  );
});

test("an address outside this machine gets no byte without a grant, and the refusal is on record", async () => {
  const far = new Gateway({ ledger, lookup: async () => ["203.0.113.9"] });

  const error = await failure(
    far.fetch("https://api.example.com/v1/chat/completions", post, { purpose: "chat", taskId: "t1" }),
  );

  expect(error).toMatchObject({ code: "not_local", message: expect.stringContaining("nothing was sent") });
  expect(await ledger.read(1)).toMatchObject([
    { host: "api.example.com", where: "internet", bytesOut: 0, status: null, taskId: "t1", refused: error.message },
  ]);
  expect(await ledger.sentence()).toBe("Nothing has left this machine today.");
});

test("S-N1 a server here that passes requests on gets no byte without a grant", async () => {
  const local = await recorder();

  const error = await failure(
    gateway.fetch(`http://127.0.0.1:${local.port}/v1/chat/completions`, post, {
      purpose: "chat",
      forwardedTo: "ollama.com",
    }),
  );

  expect(error.message).toContain("ollama.com");
  expect(local.seen()).toEqual({ bytes: 0, connections: 0 });
});

test("the ledger counts what the sockets carried", async () => {
  let got = 0;
  const server = createTcp((socket) => {
    socket.on("data", (data) => {
      got += data.length;
      if (String(data).includes("my source code")) {
        socket.end("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
      }
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;

  const response = await gateway.fetch(`http://127.0.0.1:${port}/v1/x?key=1`, post, { purpose: "chat", model: "m" });
  await response.text();

  expect(await ledger.read(1)).toMatchObject([
    {
      bytesOut: got,
      bytesIn: 43,
      status: 200,
      path: "/v1/x",
      method: "POST",
      host: "127.0.0.1",
      address: "127.0.0.1",
      where: "machine",
      model: "m",
    },
  ]);
});

test("an aborted request closes its socket, and what was sent until then is on record", async () => {
  const silent = await recorder();
  const stop = new AbortController();
  const asked = gateway.fetch(
    `http://127.0.0.1:${silent.port}/`,
    { ...post, signal: stop.signal },
    { purpose: "chat" },
  );
  await expect.poll(() => silent.seen().bytes).toBeGreaterThan(0);

  stop.abort(new Error("stopped"));

  await expect(asked).rejects.toThrow("stopped");
  expect(await ledger.read(1)).toMatchObject([{ bytesOut: silent.seen().bytes, status: null }]);
});

test("a request that found nobody to connect to is not on record: nothing left", async () => {
  const gone = await web((_, response) => response.end());
  closing.splice(0).forEach((close) => void close());

  const error = await failure(gateway.fetch(`http://127.0.0.1:${gone}/`, post, { purpose: "chat" }));

  expect(error.code).toBe("server_down");
  expect(await ledger.read(1)).toEqual([]);
});

test("what is no HTTP is said to be none", async () => {
  const server = createTcp((socket) =>
    socket.on("data", () => socket.end("SSH-2.0-OpenSSH_9.6\r\n")).on("error", () => undefined),
  );
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closing.push(() => server.close());

  const error = await failure(
    gateway.fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, post, { purpose: "chat" }),
  );

  expect(error).toMatchObject({ code: "bad_answer", message: expect.stringContaining("does not speak HTTP") });
});

test("a body that is read slowly is not buffered without bound", async () => {
  let written = 0;
  const port = await web((_, response) => {
    const piece = Buffer.alloc(64 * 1024);
    const go = () => {
      while (!response.destroyed && response.write(piece)) {
        written += piece.length;
      }
      written += piece.length;
    };
    response.on("drain", go);
    go();
  });

  const response = await gateway.fetch(`http://127.0.0.1:${port}/`, {}, { purpose: "chat" });
  const reader = response.body?.getReader();
  await reader?.read();
  await new Promise((done) => setTimeout(done, 300));
  const afterPause = written;
  await new Promise((done) => setTimeout(done, 200));

  expect(written).toBe(afterPause);
  expect(written).toBeLessThan(32 * 1024 * 1024);
  await reader?.cancel();
});

test("S-G3 the ledger's folder and files are the user's alone", async () => {
  const port = await web((_, response) => response.end("here"));
  await (await gateway.fetch(`http://127.0.0.1:${port}/`, {}, { purpose: "look for models" })).text();

  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const name of await readdir(folder)) {
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  }
});
