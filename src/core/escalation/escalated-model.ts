import { parseArguments } from "../arguments";
import type { Call, EndpointView } from "../events";
import type { Model, ModelHabits, ModelRequest, Reply, ReplyPiece } from "../ports";
import { mapStrings } from "./redact-request";
import { holdsPlaceholder, type Redactor } from "./redactor";
import { prepareRequest, type Selection } from "./selection";

/** Tools whose calls only ever change a proposal that the user sees: in them placeholders become the secrets again. */
const editing = new Set(["edit_file", "write_file", "replace_symbol"]);

/** A model outside this machine: it gets every request without secrets and without what the user left out. */
export class EscalatedModel implements Model {
  constructor(
    private readonly inner: Model,
    private readonly redactor: Redactor,
    private readonly selection: Selection,
  ) {}

  get endpoint(): EndpointView {
    return this.inner.endpoint;
  }

  get habits(): ModelHabits {
    return this.inner.habits ?? {};
  }

  /** What the user was shown stays the beginning of everything that follows. */
  get historyIsFixed(): boolean {
    return this.selection.shown > 0;
  }

  async *reply(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ReplyPiece, Reply> {
    const prepared = prepareRequest(request, this.redactor, this.selection);
    const reply = yield* this.inner.reply(prepared.request, signal);
    return { ...reply, calls: reply.calls.map((call) => this.restored(call)) };
  }

  /** What the model copied from a file stays what is in the file. */
  private restored(call: Call): Call {
    if (!editing.has(call.name) || !holdsPlaceholder(call.arguments)) {
      return call;
    }
    const value = parseArguments(call.arguments);
    const restored = mapStrings(value, (text) => this.redactor.restore(text));
    return value === undefined ? call : { ...call, arguments: JSON.stringify(restored) };
  }
}
