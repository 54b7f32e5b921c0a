import { AgentError } from "../../core/errors";
import type { EndpointView } from "../../core/events";
import { cleanRoot } from "../../endpoint/profile";
import type { RemoteEndpoint } from "../../net/gateway";
import { readTarget } from "../../net/target";
import type { EndpointSetting } from "../settings/read-settings";
import type { Reach } from "./model-choice";

/** What of the user's settings decides where tasks may go. */
export interface ReachPolicy {
  localOnly: boolean;
  networkServers: readonly string[];
  endpoints: readonly EndpointSetting[];
}

interface Placed {
  view: EndpointView;
  configured: boolean;
  forwardedTo: string | undefined;
}

/** Whether tasks may use a model as they are. The gateway judges each request again, on the connected address. */
export function reachOf({ view, configured, forwardedTo }: Placed, policy: ReachPolicy): Reach {
  if (view.locality === "machine" && forwardedTo === undefined) {
    return "free";
  }
  if (view.locality === "network" && forwardedTo === undefined) {
    const allowed = policy.networkServers.flatMap(originOf);
    return originOf(view.baseUrl).some((origin) => allowed.includes(origin)) ? "free" : "once_allowed";
  }
  return configured && !policy.localOnly ? "free" : "one_task";
}

/** The configured endpoints outside this machine, once the user lets tasks use them. */
export function remoteEndpoints({ localOnly, endpoints }: ReachPolicy): RemoteEndpoint[] {
  return localOnly
    ? []
    : endpoints.flatMap(({ name, baseUrl, model }) =>
        originOf(baseUrl).map((origin) => ({ endpoint: name, origin, model })),
      );
}

/** `scheme://host:port` as the gateway spells it; nothing for what is no address. */
export function originOf(address: string): string[] {
  try {
    return [readTarget(cleanRoot(address)).origin];
  } catch (error) {
    if (error instanceof AgentError) {
      return [];
    }
    throw error;
  }
}
