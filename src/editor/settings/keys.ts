import type * as vscode from "vscode";
import { AgentError } from "../../core/errors";
import { cleanRoot, type KeyStore } from "../../endpoint/profile";
import type { Disposable } from "../disposables";
import { isSameServer } from "../models/same-model";

const prefix = "hearth.key.";

/**
 * API keys in the editor's secret storage, by the endpoint's name. A key goes to the server that it was stored for alone: not
 * to another one of the same name, nor to another address that the endpoint got since. Each is asked for once: the storage
 * lives in another process, and asking it takes longer than all else that stands between a reply and the next request.
 */
export class EditorKeys implements KeyStore, Disposable {
  private readonly known = new Map<string, Promise<Stored | undefined>>();
  private readonly listener: Disposable;

  constructor(private readonly secrets: vscode.SecretStorage) {
    this.listener = secrets.onDidChange(({ key }) => this.known.delete(key));
  }

  async get(name: string, baseUrl: string): Promise<string | undefined> {
    const stored = await this.stored(name);
    return stored !== undefined && isFor(stored, baseUrl) ? stored.key : undefined;
  }

  /** The key of this name, whatever server it is for: so that it is never shown or sent by mistake. */
  async secret(name: string): Promise<string | undefined> {
    return (await this.stored(name))?.key;
  }

  /** Throws an `AgentError` when `baseUrl` is no address. */
  async set(name: string, baseUrl: string, key: string): Promise<void> {
    await this.secrets.store(prefix + name, `${originOf(baseUrl)}\n${key}`);
    this.known.delete(prefix + name);
  }

  async remove(name: string): Promise<void> {
    await this.secrets.delete(prefix + name);
    this.known.delete(prefix + name);
  }

  dispose(): void {
    this.listener.dispose();
    this.known.clear();
  }

  private stored(name: string): Promise<Stored | undefined> {
    const key = prefix + name;
    return this.known.get(key) ?? this.ask(key);
  }

  /** What could not be read is asked for again. */
  private ask(key: string): Promise<Stored | undefined> {
    const asked = Promise.resolve(this.secrets.get(key)).then(readStored, (error) => {
      this.known.delete(key);
      throw error;
    });
    this.known.set(key, asked);
    return asked;
  }
}

interface Stored {
  origin: string;
  key: string;
}

function readStored(text: string | undefined): Stored | undefined {
  const [origin, key] = text?.split("\n", 2) ?? [];
  return origin !== undefined && key !== undefined ? { origin, key } : undefined;
}

/** An address that is none has no key. */
function isFor({ origin }: Stored, baseUrl: string): boolean {
  try {
    return isSameServer({ baseUrl: origin }, { baseUrl: originOf(baseUrl) });
  } catch (error) {
    if (error instanceof AgentError) {
      return false;
    }
    throw error;
  }
}

function originOf(baseUrl: string): string {
  return new URL(cleanRoot(baseUrl)).origin;
}
