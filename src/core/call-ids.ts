import type { AgentEvent, Call } from "./events";

/** Ids of all calls of a task, also of those that are sent no more. */
export function callIds(events: readonly AgentEvent[]): Set<string> {
  return new Set(events.flatMap((event) => (event.type === "reply_finished" ? event.calls.map(({ id }) => id) : [])));
}

/** The calls with ids that are neither missing nor used before: a result is found by the id of its call. */
export function withOwnIds(calls: readonly Call[], used: ReadonlySet<string>): Call[] {
  const taken = new Set(used);
  return calls.map((call) => {
    const id = call.id !== "" && !taken.has(call.id) ? call.id : newId(taken);
    taken.add(id);
    return { ...call, id };
  });
}

/** Nine letters and digits, which every chat template accepts; counted, so that a replay gives the same ids. */
function newId(taken: ReadonlySet<string>): string {
  for (let count = taken.size + 1; ; count++) {
    const id = `call${String(count).padStart(5, "0")}`;
    if (!taken.has(id)) {
      return id;
    }
  }
}
