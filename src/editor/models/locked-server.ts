import type { FoundServer } from "../../endpoint/find/found";
import { keyWanted } from "../../endpoint/find/server-troubles";
import { guessKind, serverFacts } from "../../endpoint/servers";
import type { Candidate } from "./model-choice";

/** A server whose models are not known yet stands in the list by its address. */
export function lockedCandidate({ root, baseUrl }: FoundServer): Candidate {
  return {
    view: {
      name: serverFacts[guessKind(baseUrl)].title,
      model: new URL(baseUrl).host,
      baseUrl,
      locality: "machine",
      practice: false,
    },
    loaded: undefined,
    configured: false,
    trouble: keyWanted(root),
    reach: "key_wanted",
  };
}
