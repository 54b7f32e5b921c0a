import { expect, test } from "vitest";
import { EditorKeys } from "./keys";

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
  await secrets.store("hearth.key.Work", "k-1");
  const keys = new EditorKeys(secrets);
  expect([await keys.get("Work"), await keys.get("Work"), await keys.get("Home"), await keys.get("Home")]).toEqual([
    "k-1",
    "k-1",
    undefined,
    undefined,
  ]);
  expect(secrets.asked).toBe(2);
});

test("a key that was set, replaced or removed counts from the next request on, also when another window did it", async () => {
  const secrets = new Secrets();
  const keys = new EditorKeys(secrets);
  expect(await keys.get("Work")).toBeUndefined();
  await keys.set("Work", "k-1");
  expect(await keys.get("Work")).toBe("k-1");
  secrets.stored.set("hearth.key.Work", "k-2");
  secrets.tell("hearth.key.Work");
  expect(await keys.get("Work")).toBe("k-2");
  await keys.remove("Work");
  expect(await keys.get("Work")).toBeUndefined();
});

test("a storage that could not be read is asked again", async () => {
  const secrets = new Secrets();
  await secrets.store("hearth.key.Work", "k-1");
  const keys = new EditorKeys(secrets);
  secrets.locked = true;
  await expect(keys.get("Work")).rejects.toThrow("locked");
  secrets.locked = false;
  expect(await keys.get("Work")).toBe("k-1");
});
