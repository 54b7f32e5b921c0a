import * as z from "zod";
import { AgentError } from "../../core/errors";
import type { Approvals } from "../../core/gate/decide";
import { EndpointProfile } from "../../endpoint/profile";

export const EndpointSetting = EndpointProfile.extend({
  /** Tokens the server has configured, for servers that do not say so. */
  contextWindow: z.int().min(1_024).optional(),
});
export type EndpointSetting = z.infer<typeof EndpointSetting>;

/** Empty, or a name and an address as git writes them. */
const CoAuthor = z
  .string()
  .trim()
  .regex(/^(?:[^<>\p{Cc}]*[^<>\p{Cc}\s] <[^<>\s@]+@[^<>\s@]+>)?$/u);

export interface SettingsValues {
  endpoints: EndpointSetting[];
  /** False lets tasks use configured endpoints that are not on this machine. */
  localOnly: boolean;
  /** Addresses of servers on the user's network that the user allowed by name. */
  networkServers: string[];
  /** Names of endpoints or models for one mode; the chosen model when absent. */
  modelFor: { plan: string | undefined; act: string | undefined };
  approvals: Approvals;
  verify: { rounds: number; timeoutMs: number };
  /** Each accepted action becomes a commit. */
  commitEachAction: boolean;
  /** Named in each of those commits, as `Name <address>`. */
  coAuthor: string | undefined;
}

/** The keys below `hearth.`. */
export const settingKeys = [
  "endpoints",
  "localOnly",
  "networkServers",
  "modelForPlan",
  "modelForAct",
  "approvals",
  "verify.rounds",
  "verify.timeoutSeconds",
  "git.commitEachAction",
  "git.coAuthor",
] as const;
export type SettingKey = (typeof settingKeys)[number];

/**
 * The settings from the user's own raw values. A value that makes no sense becomes the strictest one that does, and is
 * told in `problems`.
 */
export function readSettings(raw: (key: SettingKey) => unknown): { values: SettingsValues; problems: AgentError[] } {
  const problems: AgentError[] = [];
  const one = <Value>(key: SettingKey, schema: z.ZodType<Value>, usual: Value, strict: Value, hint: string): Value => {
    const value = raw(key);
    const parsed = schema.safeParse(value);
    if (value === undefined || parsed.success) {
      return value === undefined ? usual : (parsed.data as Value);
    }
    problems.push(problem(`The setting hearth.${key} is not understood, so ${JSON.stringify(strict)} is used.`, hint));
    return strict;
  };
  const modelName = (key: SettingKey) =>
    one(key, z.string().trim(), "", "", "Give the name of an endpoint or of a model.") || undefined;
  const values = {
    endpoints: readEndpoints(raw("endpoints"), problems),
    localOnly: one("localOnly", z.boolean(), true, true, "Set it to true or false."),
    networkServers: one("networkServers", z.array(z.string()), [], [], "Make it a list of addresses."),
    modelFor: { plan: modelName("modelForPlan"), act: modelName("modelForAct") },
    approvals: one(
      "approvals",
      z.enum(["ask-everything", "ask-for-changes", "trust-this-task"]),
      "ask-for-changes",
      "ask-everything",
      "Choose ask-everything, ask-for-changes or trust-this-task.",
    ),
    verify: {
      rounds: one("verify.rounds", z.int().min(1).max(20), 5, 5, "Give a whole number from 1 to 20."),
      timeoutMs:
        1_000 *
        one(
          "verify.timeoutSeconds",
          z.int().min(5).max(3_600),
          120,
          120,
          "Give a whole number of seconds from 5 to 3600.",
        ),
    },
    commitEachAction: one("git.commitEachAction", z.boolean(), false, false, "Set it to true or false."),
    coAuthor:
      one("git.coAuthor", CoAuthor, "", "", "Write it as Name <name@example.org>, or leave it empty.") || undefined,
  };
  return { values, problems };
}

function readEndpoints(raw: unknown, problems: AgentError[]): EndpointSetting[] {
  if (raw === undefined) {
    return [];
  }
  if (!Array.isArray(raw)) {
    problems.push(
      problem("The setting hearth.endpoints is not a list, so it is ignored.", "Make it a list of endpoints."),
    );
    return [];
  }
  const endpoints: EndpointSetting[] = [];
  for (const [index, entry] of raw.entries()) {
    const parsed = EndpointSetting.safeParse(entry);
    const name = parsed.data?.name;
    if (!parsed.success) {
      problems.push(leftOut(index, whatIsWrong(entry, parsed.error)));
    } else if (endpoints.some((endpoint) => endpoint.name === name)) {
      problems.push(leftOut(index, `the name ${JSON.stringify(name)} is already taken`));
    } else {
      endpoints.push(parsed.data);
    }
  }
  return endpoints;
}

function whatIsWrong(entry: unknown, { issues }: z.ZodError): string {
  const [key] = issues[0]?.path ?? [];
  if (key === undefined) {
    return "it is not in braces, with a name, a baseUrl and a model";
  }
  const isMissing = (entry as Record<PropertyKey, unknown>)[key] === undefined;
  return isMissing ? `it has no ${String(key)}` : `its ${String(key)} is not understood`;
}

function leftOut(index: number, why: string): AgentError {
  return problem(
    `Endpoint ${index + 1} in hearth.endpoints is left out (${why}).`,
    "Give each endpoint its own name, a baseUrl such as http://127.0.0.1:8080/v1, and a model.",
  );
}

function problem(message: string, hint: string): AgentError {
  return new AgentError("bad_setting", message, `${hint} It is in your user settings.`);
}
