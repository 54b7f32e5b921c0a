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
