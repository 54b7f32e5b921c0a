import type { EndpointView } from "../../core/events";

/** The list with the model changed in the endpoint of this name; the same list when it has none. */
export function withModel(endpoints: unknown, view: EndpointView, model: string): unknown {
  if (!Array.isArray(endpoints)) {
    return endpoints;
  }
  const at = endpoints.findIndex((each) => isEntry(each) && each["name"] === view.name && each["model"] === view.model);
  return at < 0 ? endpoints : endpoints.with(at, { ...(endpoints[at] as object), model });
}

function isEntry(each: unknown): each is Record<string, unknown> {
  return typeof each === "object" && each !== null;
}
