import type { EndpointView, Trouble } from "../../core/events";
import type { Gateway } from "../../net/gateway";
import { placeOf } from "../../net/target";
import { isSameName } from "../model-name";
import { cleanBaseUrl, cleanRoot, type EndpointProfile, type KeyStore } from "../profile";
import { guessKind, type ServerKind } from "../servers";
import { tellApart } from "./detect";
import { type FoundModel, type FoundServer, model } from "./found";
import { unknownHost } from "./kinds/litellm";
import { askForModel, isCloudName } from "./kinds/ollama";
import { Probe } from "./probe";
import { keyOfEndpointWanted, serverDown } from "./server-troubles";

/** What is known now about one model behind one address. */
export interface DescribedEndpoint {
  view: EndpointView;
  kind: ServerKind;
  /** Undefined when the server did not answer, or does not list the model. */
  server: FoundServer | undefined;
  /** Under the name that the server has for it; `view` has the one that the user wrote. */
  model: FoundModel | undefined;
  /** The host that the server passes this model's requests on to. */
  forwardedTo: string | undefined;
  /**
   * Whether it is known where the model's requests end. A server that passes requests on, or that could not be told apart
   * from those, must have named the model. Of one that is not asked, the address tells.
   */
  isPlaced: boolean;
  /** Why the endpoint cannot be used as it is. */
  trouble: Trouble | undefined;
}

/**
 * Asks an endpoint's server about its model: the window that is configured now, and whether the model is really here. Only
 * servers on this machine, and those of the network that the user allowed, are asked; of another one nothing more is said
 * than what the address tells.
 */
export async function describeEndpoint(
  gateway: Gateway,
  profile: EndpointProfile,
  keys: KeyStore,
  signal: AbortSignal,
  timeoutMs?: number,
): Promise<DescribedEndpoint> {
  const root = cleanRoot(profile.baseUrl);
  const place = placeOf(root);
  if (place !== "machine" && !(place === "network" && gateway.isAllowedOnNetwork(root))) {
    return unknown(profile, place);
  }
  const key = await keys.get(profile.name, profile.baseUrl);
  const probe = new Probe(gateway, root, signal, key, undefined, timeoutMs);
  const { server, isToldApart } = await tellApart(probe);
  if (server === undefined) {
    const described = unknown(profile, place);
    return { ...described, isPlaced: isToldApart, trouble: serverDown(described.kind, root) };
  }
  const found = (await findModel(server, profile.model, probe)) ?? onlyOne(server);
  const described = underName(
    profile.model,
    describeFound(server, found ?? named(profile.model, server.kind), profile.name, place),
  );
  const isPlaced = described.isPlaced && (found !== undefined || server.kind !== "ollama");
  if (server.locked) {
    return { ...described, isPlaced, trouble: keyOfEndpointWanted(root, profile.name, key !== undefined) };
  }
  return found === undefined && server.models.length > 0
    ? { ...described, isPlaced, model: undefined, trouble: missing(server, profile.model) }
    : { ...described, isPlaced };
}

/** Ollama may know models that it did not list in time. */
async function findModel(server: FoundServer, id: string, probe: Probe): Promise<FoundModel | undefined> {
  const listed = server.models.find((one) => isSame(one.id, id, server.kind));
  return listed ?? (server.kind === "ollama" ? askForModel(probe, id) : undefined);
}

/** The same for a model that was found and not configured. */
export function describeFound(
  server: FoundServer,
  model: FoundModel,
  name = server.name,
  place: EndpointView["locality"] = "machine",
): DescribedEndpoint {
  return {
    view: {
      name,
      model: model.id,
      baseUrl: server.baseUrl,
      locality: model.forwardedTo === undefined ? place : "internet",
      practice: false,
      ...(model.contextWindow === undefined ? {} : { contextWindow: Math.floor(model.contextWindow) }),
    },
    kind: server.kind,
    server,
    model,
    forwardedTo: model.forwardedTo,
    isPlaced: server.isToldApart,
    trouble: undefined,
  };
}

function unknown(profile: EndpointProfile, place: EndpointView["locality"]): DescribedEndpoint {
  const baseUrl = cleanBaseUrl(profile.baseUrl);
  const kind = guessKind(baseUrl);
  const forwarded = isCloudName(profile.model);
  return {
    view: {
      name: profile.name,
      model: profile.model,
      baseUrl,
      locality: forwarded ? "internet" : place,
      practice: false,
    },
    kind,
    server: undefined,
    model: undefined,
    forwardedTo: forwarded && place === "machine" ? "ollama.com" : undefined,
    isPlaced: true,
    trouble: undefined,
  };
}

/** A server that answers to any name is used under the user's. */
function onlyOne(server: FoundServer): FoundModel | undefined {
  return server.anyName ? server.models[0] : undefined;
}

function underName(model: string, described: DescribedEndpoint): DescribedEndpoint {
  return { ...described, view: { ...described.view, model } };
}

function named(id: string, kind: ServerKind): FoundModel {
  const host = kind === "litellm" ? unknownHost : undefined;
  return model(id, { forwardedTo: isCloudName(id) ? "ollama.com" : host });
}

function isSame(listed: string, wanted: string, kind: ServerKind): boolean {
  return kind === "ollama" ? isSameName(listed, wanted) : listed === wanted;
}

function missing(server: FoundServer, model: string): Trouble {
  const some = server.models.slice(0, 5).map((one) => one.id);
  return {
    code: "unknown_model",
    message: `${server.name} at ${server.root} does not have the model ${model}. It has: ${some.join(", ")}.`,
    remedy:
      server.kind === "ollama"
        ? `Run: ollama pull ${model}. Or choose another model.`
        : "Load the model in the server, or choose another one.",
  };
}
