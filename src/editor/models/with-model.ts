import type { EndpointView } from "../../core/events";
import { isSameName } from "../../endpoint/model-name";

/** The list with the model changed in the endpoint of this name; the same list when it has none. */
export function withModel(endpoints: unknown, view: EndpointView, model: string): unknown {
  if (!Array.isArray(endpoints)) {
    return endpoints;
  }
  const at = endpoints.findIndex(
    (each) => isEntry(each) && each["name"] === view.name && isSameName(String(each["model"]), view.model),
  );
  return at < 0 ? endpoints : endpoints.with(at, { ...(endpoints[at] as object), model });
}

/** The same for a setting that names a model for a mode. */
export function withName(name: unknown, view: EndpointView, model: string): unknown {
  if (typeof name !== "string") {
    return name;
  }
  if (isSameName(name, view.model)) {
    return model;
  }
  return isSameName(name, `${view.name}/${view.model}`) ? `${view.name}/${model}` : name;
}

function isEntry(each: unknown): each is Record<string, unknown> {
  return typeof each === "object" && each !== null;
}
