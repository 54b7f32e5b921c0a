const graceMs = 500;

/**
 * The bytes of a body. Once the reply is `done` the server gets a moment to close by itself; once it has `failed`, or when
 * the reader stops, the connection is closed at once.
 */
export async function* readBody(
  response: Response,
  over: () => "done" | "failed" | undefined,
): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) {
    return;
  }
  try {
    for (;;) {
      const state = over();
      const next = state === undefined ? await reader.read() : state === "done" ? await readSoon(reader) : undefined;
      if (next === undefined || next.done) {
        return;
      }
      yield next.value;
    }
  } finally {
    await reader.cancel();
  }
}

async function readSoon(reader: ReadableStreamDefaultReader<Uint8Array>) {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((done) => {
    timer = setTimeout(done, graceMs, undefined);
  });
  try {
    return await Promise.race([reader.read(), late]);
  } finally {
    clearTimeout(timer);
  }
}
