import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** A request for a way, as it arrived. */
export interface AskedWay {
  to: string;
  authorization: string | undefined;
}

export interface TestProxy {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  readonly name: string;
  readonly asked: readonly AskedWay[];
  /** Connections, requests other than for a way among them. */
  readonly connections: number;
  /** Bytes that arrived on and left the sockets of its clients. */
  readonly bytes: { in: number; out: number };
  close(): Promise<void>;
}

/** A proxy as companies have them: it opens a way to wherever `leadsTo` says, or refuses with the status given. */
export async function startProxy(leadsTo: number | { status: number }): Promise<TestProxy> {
  const asked: AskedWay[] = [];
  const clients = new Set<Socket>();
  const server = createServer((_, response) => response.writeHead(400).end());
  server.on("connection", (socket: Socket) => clients.add(socket));
  server.on("connect", ({ url = "", headers }, client) => {
    asked.push({ to: url, authorization: headers["proxy-authorization"] });
    client.on("error", () => undefined);
    if (typeof leadsTo !== "number") {
      client.end(`HTTP/1.1 ${leadsTo.status} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const far = connect(leadsTo, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\nvia: test\r\n\r\n");
      far.pipe(client);
      client.pipe(far);
    });
    far.on("error", () => client.destroy());
    client.on("close", () => far.destroy());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    name: `127.0.0.1:${port}`,
    asked,
    get connections() {
      return clients.size;
    },
    get bytes() {
      const sum = { in: 0, out: 0 };
      for (const client of clients) {
        sum.in += client.bytesRead;
        sum.out += client.bytesWritten;
      }
      return sum;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const client of clients) {
          client.destroy();
        }
      }),
  };
}
