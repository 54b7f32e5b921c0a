import type { Personality } from ".";

/** A server of which nothing is known but that it lists its models. */
export function generic(models: readonly string[]): Personality {
  return {
    answer: (request) =>
      request.path === "/v1/models"
        ? { body: { object: "list", data: models.map((id) => ({ id, object: "model", owned_by: "someone" })) } }
        : undefined,
  };
}
