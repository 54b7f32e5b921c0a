import { withOwnIds } from "../../core/call-ids";
import type { Call } from "../../core/events";
import { parseJson } from "../../core/json";
import type { CallDelta } from "./chunk";

interface OpenCall {
  index: number | undefined;
  id: string;
  name: string;
  text: string;
  /** Its newest piece ends as JSON may end: looking at the whole text after every piece would take too long. */
  mayBeWhole: boolean;
}

/** Longer arguments are not looked at while they arrive. */
const longestLookedAt = 1024 * 1024;

/**
 * Puts tool calls together from deltas of any shape: whole or in pieces, with or without index and id, with the same index
 * for several calls, with arguments as an object, repeated, or encoded twice.
 */
export class CallAssembler {
  private readonly calls: OpenCall[] = [];

  /** Returns the call's name and the piece of arguments that was added, for live display. */
  push(delta: CallDelta): { name: string; text: string } {
    const args = typeof delta.arguments === "string" ? delta.arguments : JSON.stringify(delta.arguments);
    const call = this.find(delta, args) ?? this.open(delta);
    if (call.id === "") {
      call.id = delta.id;
    }
    call.name = joinName(call, delta.name);
    if (args === "" || (args === call.text && isComplete(call))) {
      return { name: call.name, text: "" };
    }
    call.text += args;
    call.mayBeWhole = /[}\]"]\s*$/.test(args.slice(-16));
    return { name: call.name, text: args };
  }

  get count(): number {
    return this.calls.length;
  }

  /** The calls in the order in which they began. Ids that are missing or were used before are replaced. */
  finish(used: ReadonlySet<string>): Call[] {
    const calls = this.calls.map(({ id, name, text }) => ({
      id,
      name: cleanName(name),
      arguments: text.trim() === "" ? "{}" : text,
    }));
    return withOwnIds(
      calls.filter(({ name }) => name !== ""),
      used,
    );
  }

  private find(delta: CallDelta, args: string): OpenCall | undefined {
    const call = this.candidate(delta);
    return call !== undefined && startsAnother(call, delta, args) ? undefined : call;
  }

  private candidate(delta: CallDelta): OpenCall | undefined {
    if (delta.index !== undefined) {
      return this.calls.findLast((call) => call.index === delta.index);
    }
    if (delta.id !== "") {
      const known = this.calls.find((call) => call.id === delta.id);
      return known ?? (delta.name === "" ? this.calls.at(-1) : undefined);
    }
    return delta.name === "" ? this.calls.at(-1) : undefined;
  }

  private open(delta: CallDelta): OpenCall {
    const call: OpenCall = { index: delta.index, id: "", name: "", text: "", mayBeWhole: false };
    this.calls.push(call);
    return call;
  }
}

/** A delta that names a call although the one under its index is already whole begins another one. */
function startsAnother(call: OpenCall, delta: CallDelta, args: string): boolean {
  if (delta.name === "" || call.name === "") {
    return false;
  }
  const otherId = delta.id !== "" && call.id !== "" && delta.id !== call.id;
  const otherName = delta.name !== call.name && call.text !== "";
  return isComplete(call) ? otherId || otherName || (args !== "" && args !== call.text) : otherId && otherName;
}

function joinName(call: OpenCall, name: string): string {
  if (name === "" || name === call.name || call.text !== "") {
    return call.name || name;
  }
  return call.name + name;
}

function cleanName(name: string): string {
  return name.replace(/<\|.*$/s, "").trim();
}

function isComplete({ text, mayBeWhole }: OpenCall): boolean {
  return mayBeWhole && text.length <= longestLookedAt && parseJson(text) !== undefined;
}
