import * as z from "zod";
import { EndpointView, Locality } from "../core/events";

/** A text with the places where something was taken out of it. */
const MarkedText = z.object({
  label: z.string(),
  text: z.string(),
  marks: z.array(z.object({ from: z.int(), to: z.int() })),
});

/** A part of what would be sent. `index` is negative for what Hearth itself says, which cannot be left out. */
const EscalationPart = z.object({
  index: z.int(),
  from: z.enum(["hearth", "user", "model", "tool"]),
  title: z.string(),
  texts: z.array(MarkedText),
  files: z.array(z.object({ path: z.string(), bytes: z.int() })),
  bytes: z.int(),
  redactions: z.int(),
  heldBack: z.string().optional(),
  included: z.boolean(),
});
export type EscalationPart = z.infer<typeof EscalationPart>;

/** What would leave this machine if the user said yes, to the byte. */
export const EscalationView = z.object({
  /** Approving counts only with the nonce of what is shown now. */
  nonce: z.string(),
  taskTitle: z.string(),
  endpoint: EndpointView,
  /** The host of the address, and who answers behind it when a server here passes requests on. */
  host: z.string(),
  forwardedTo: z.string().optional(),
  /** `host:port` of the proxy that it goes through. */
  proxy: z.string().optional(),
  parts: z.array(EscalationPart),
  redactions: z.array(z.object({ number: z.int(), name: z.string(), count: z.int() })),
  /** The first request as it would go out; the key is named, never shown. */
  request: z.object({
    line: z.string(),
    headers: z.array(z.tuple([z.string(), z.string()])),
    body: z.string(),
    bytes: z.int(),
    tokens: z.int(),
    sha256: z.string(),
  }),
  note: z.string(),
  maxRequests: z.int(),
  maxBytes: z.int(),
  /** False: no key is stored for this endpoint, and most servers elsewhere want one. */
  hasKey: z.boolean(),
  /** Hearth asks before it reads anything more, because what it reads goes out too. */
  asksToRead: z.boolean(),
  /** Why it cannot be sent as it is. */
  obstacle: z.string().optional(),
});
export type EscalationView = z.infer<typeof EscalationView>;

const LedgerLine = z.object({
  id: z.string(),
  at: z.number(),
  purpose: z.string(),
  /** The task's title, where it is known. */
  task: z.string().optional(),
  endpoint: z.string().optional(),
  model: z.string().optional(),
  host: z.string(),
  address: z.string(),
  where: Locality,
  forwardedTo: z.string().optional(),
  /** `host:port`; `address` is this proxy's then. */
  proxy: z.string().optional(),
  method: z.string(),
  path: z.string(),
  status: z.int().nullable(),
  bytesOut: z.int(),
  bytesIn: z.int(),
  durationMs: z.number(),
  grant: z.string().optional(),
  bodyBytes: z.int().optional(),
  shownBytes: z.int().optional(),
  refused: z.string().optional(),
});
export type LedgerLine = z.infer<typeof LedgerLine>;

const Totals = z.object({ requests: z.int(), bytesOut: z.int(), bytesIn: z.int() });
const Traffic = z.object({ machine: Totals, network: Totals, internet: Totals });
export type LedgerTraffic = z.infer<typeof Traffic>;

export const LedgerView = z.object({
  /** What “this machine” is, in words, when it is not the one in front of the user. */
  here: z.string().optional(),
  /** The one true sentence of today. */
  sentence: z.string(),
  today: Traffic,
  week: Traffic,
  /** Tasks of the last seven days, and what left this machine meanwhile. */
  weekly: z.string(),
  /** How many days back are listed, today included. */
  days: z.int(),
  /** Newest first. */
  lines: z.array(LedgerLine),
  /** Requests on record beyond those that are listed. */
  more: z.int(),
  /** Why the record is incomplete. */
  trouble: z.string().optional(),
});
export type LedgerView = z.infer<typeof LedgerView>;

const CheckUpLine = z.object({
  title: z.string(),
  state: z.enum(["waiting", "running", "passed", "failed", "not_measured"]),
  detail: z.string(),
  durationMs: z.number().optional(),
});
export type CheckUpLine = z.infer<typeof CheckUpLine>;

/** How a model does here: while it is tried, and the report afterwards. */
export const CheckUpView = z.object({
  model: z.string(),
  endpoint: z.string(),
  state: z.enum(["running", "done", "none"]),
  /** When the report was made. */
  at: z.number().optional(),
  durationMs: z.number().optional(),
  summary: z.string(),
  lines: z.array(CheckUpLine),
  /** Measured values with their names. */
  measures: z.array(z.object({ name: z.string(), value: z.string() })),
  trust: z.array(z.object({ level: z.enum(["can", "with_care", "cannot"]), text: z.string() })),
  consequences: z.array(z.string()),
  remark: z.string(),
});
export type CheckUpView = z.infer<typeof CheckUpView>;

const Sourced = z.object({ text: z.string(), source: z.string(), evidence: z.string() });

const CatalogueBar = z.object({
  memory: z.enum(["graphics", "ram", "shared"]),
  totalBytes: z.number(),
  parts: z.array(
    z.object({
      kind: z.enum(["used", "weights", "kv", "overhead", "kept", "free", "missing"]),
      bytes: z.number(),
    }),
  ),
});
export type CatalogueBar = z.infer<typeof CatalogueBar>;

const CatalogueEntry = z.object({
  id: z.string(),
  name: z.string(),
  maker: z.string(),
  suitability: z.enum(["best", "usable", "poor", "no"]),
  reason: z.string(),
  /** It is on a server here already, under this name. */
  here: z.string().optional(),
  bars: z.array(CatalogueBar),
  /** The command to copy. */
  pull: z.string().optional(),
  /** Tokens to configure on the server. */
  contextTokens: z.int(),
  facts: z.array(z.object({ name: z.string(), value: z.string() })),
  sourced: z.array(Sourced.extend({ name: z.string() })),
  scores: z.array(Sourced.extend({ by: z.enum(["vendor", "independent"]) })),
  notes: z.array(z.string()),
});
export type CatalogueEntry = z.infer<typeof CatalogueEntry>;

/** Which models fit this machine, and what to install first when there is no server. */
export const CatalogueView = z.object({
  /** What this machine has, a line for each memory. */
  machine: z.array(z.string()),
  machineNotes: z.array(z.string()),
  /** Steps for a machine without a model server; empty when there is one. */
  setup: z.array(z.object({ text: z.string(), copy: z.string().optional() })),
  entries: z.array(CatalogueEntry),
  /** The day the facts were looked up. */
  asOf: z.string(),
});
export type CatalogueView = z.infer<typeof CatalogueView>;

/** Host to page. */
export const ToPage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("escalation_shown"), view: EscalationView }),
  z.object({ type: z.literal("ledger_shown"), view: LedgerView }),
  z.object({ type: z.literal("check_up_shown"), view: CheckUpView }),
  z.object({ type: z.literal("catalogue_shown"), view: CatalogueView }),
  z.object({ type: z.literal("page_failed"), message: z.string(), remedy: z.string() }),
]);
export type ToPage = z.infer<typeof ToPage>;

/** Page to host. The host takes no path, address or command from here: only ids and numbers it gave out. */
export const FromPage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("page_opened") }),
  z.object({ type: z.literal("part_set"), index: z.int().nonnegative(), included: z.boolean() }),
  z.object({ type: z.literal("note_set"), text: z.string().max(200_000) }),
  z.object({
    type: z.literal("limits_set"),
    maxRequests: z.int().min(1).max(500),
    maxBytes: z.int().min(1).max(200_000_000),
  }),
  z.object({ type: z.literal("asking_set"), asksToRead: z.boolean() }),
  z.object({ type: z.literal("request_opened") }),
  z.object({ type: z.literal("escalation_approved"), nonce: z.string() }),
  z.object({ type: z.literal("escalation_declined") }),
  z.object({ type: z.literal("ledger_days_set"), days: z.int().min(1).max(366) }),
  z.object({ type: z.literal("ledger_exported") }),
  z.object({ type: z.literal("check_up_started") }),
  z.object({ type: z.literal("check_up_stopped") }),
  z.object({ type: z.literal("report_copied") }),
  z.object({ type: z.literal("catalogue_reread") }),
]);
export type FromPage = z.infer<typeof FromPage>;
