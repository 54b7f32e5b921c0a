import type { Effect } from "../events";
import type { Files } from "../ports";
import type { Facts } from "./decide";
import { isProtected, isSecretLike } from "./protected";

/** Looks at the paths an action names. Both the written path and its resolved target count. */
export async function factsOf(effect: Effect, files: Files, signal: AbortSignal): Promise<Facts> {
  const facts: Facts = { outside: undefined, protectedPath: undefined, secret: undefined };
  if (effect.kind !== "read" && effect.kind !== "edit") {
    return facts;
  }
  for (const path of effect.paths) {
    const found = await files.look(path, signal);
    const resolved = found ? found.resolved : path;
    if (resolved === undefined) {
      facts.outside ??= path;
    }
    const names = [path, resolved ?? path];
    if (names.some(isProtected)) {
      facts.protectedPath ??= path;
    }
    if (names.some(isSecretLike)) {
      facts.secret ??= path;
    }
  }
  return facts;
}
