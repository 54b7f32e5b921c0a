import { expect, test } from "vitest";
import { EditorKeys } from "./keys";

const url = "https://llm.example/v1";

class Secrets {
  readonly stored = new Map<string, string>();
  asked = 0;
  locked = false;
  private readonly listeners: ((event: { key: string }) => void)[] = [];

  readonly onDidChange = (listener: (event: { key: string }) => void) => {
    this.listeners.push(listener);
    return { dispose: () => this.listeners.splice(this.listeners.indexOf(listener), 1) };
  };

  keys = async () => [...this.stored.keys()];

  get = async (key: string) => {
    this.asked++;
    if (this.locked) {
      throw new Error("the keyring is locked");
    }
    return this.stored.get(key);
  };

  store = async (key: string, value: string) => {
    this.stored.set(key, value);
    this.tell(key);
  };

  delete = async (key: string) => {
    this.stored.delete(key);
    this.tell(key);
  };

  tell(key: string): void {
    for (const listener of this.listeners) {
      listener({ key });
    }
  }
}

test("the storage is asked once for each key, also for one that is not there", async () => {
  const secrets = new Secrets();
  await secrets.store("hearth.key.Work", "https://llm.example\nk-1");
  const keys = new EditorKeys(secrets);
  expect([
    await keys.get("Work", url),
    await keys.get("Work", url),
    await keys.get("Home", url),
    await keys.get("Home", url),
  ]).toEqual(["k-1", "k-1", undefined, undefined]);
  expect(secrets.asked).toBe(2);
});

test("a key that was set, replaced or removed counts from the next request on, also when another window did it", async () => {
  const secrets = new Secrets();
  const keys = new EditorKeys(secrets);
  expect(await keys.get("Work", url)).toBeUndefined();
  await keys.set("Work", url, "k-1");
  expect(await keys.get("Work", url)).toBe("k-1");
  secrets.stored.set("hearth.key.Work", "https://llm.example\nk-2");
  secrets.tell("hearth.key.Work");
  expect(await keys.get("Work", url)).toBe("k-2");
  await keys.remove("Work");
  expect(await keys.get("Work", url)).toBeUndefined();
});

test("a storage that could not be read is asked again", async () => {
  const secrets = new Secrets();
  await secrets.store("hearth.key.Work", "https://llm.example\nk-1");
  const keys = new EditorKeys(secrets);
  secrets.locked = true;
  await expect(keys.get("Work", url)).rejects.toThrow("locked");
  secrets.locked = false;
  expect(await keys.get("Work", url)).toBe("k-1");
});

test("a key goes to the server that it was stored for, and to no other of that name", async () => {
  const keys = new EditorKeys(new Secrets());
  await keys.set("vLLM", url, "k-1");
  await keys.set("Home", "http://localhost:8000", "k-2");
  expect(await keys.get("vLLM", "https://llm.example:443/v1/chat/completions")).toBe("k-1");
  for (const other of ["http://127.0.0.1:8000/v1", "https://evil.example/v1", "http://llm.example/v1"]) {
    expect(await keys.get("vLLM", other)).toBeUndefined();
  }
  expect(await keys.get("Home", "http://127.0.0.1:8000/v1")).toBe("k-2");
  expect(await keys.get("Home", "http://127.0.0.1:8001/v1")).toBeUndefined();
  expect(await keys.secret("vLLM")).toBe("k-1");
  expect(await keys.get("Mistyped", "my server")).toBeUndefined();
  expect(await keys.get("vLLM", "my server")).toBeUndefined();
  await expect(keys.set("Mistyped", "my server", "k-3")).rejects.toMatchObject({ name: "AgentError" });
});
