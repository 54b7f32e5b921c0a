import type { Trouble } from "../../core/events";
import { type ServerKind, serverFacts } from "../servers";

/** What to say of a server that does not answer. `root`: scheme, host and port. */
export function serverDown(kind: ServerKind, root: string): Trouble {
  const { title, start } = serverFacts[kind];
  return {
    code: "server_down",
    message: `Nothing answers at ${root}, where ${kind === "generic" ? "the model server" : title} should be.`,
    remedy: `${start}, or choose another model.`,
  };
}

/** A server that was found says nothing without a key. */
export function keyWanted(root: string): Trouble {
  return {
    code: "key_wanted",
    message: `The server at ${root} wants a key.`,
    remedy: "If it is your model server, choose it in the model picker and enter its key.",
  };
}

/** The same of an endpoint that the user has named. */
export function keyOfEndpointWanted(root: string, name: string, hasKey: boolean): Trouble {
  return {
    code: "key_wanted",
    message: `The server at ${root} ${hasKey ? "does not accept the stored key" : "wants a key"}.`,
    remedy: `Run “Hearth: Store or Remove an Endpoint's Key” and enter it for ${name}.`,
  };
}
