import type { AgentEvent, EventOf } from "../../core/events";

/** Pieces of replies that are being written now, by task: what a page that opens in the middle has missed. */
export class LiveReplies {
  private readonly pieces = new Map<string, EventOf<"reply_delta">[]>();

  take(event: AgentEvent): void {
    if (event.type === "reply_delta") {
      this.add(event);
    } else if (event.type === "turn_started" || event.type === "reply_finished" || event.type === "finished") {
      this.pieces.delete(event.taskId);
    }
  }

  of(taskId: string): readonly AgentEvent[] {
    return this.pieces.get(taskId) ?? [];
  }

  private add(event: EventOf<"reply_delta">): void {
    const pieces = this.pieces.get(event.taskId) ?? [];
    const last = pieces.at(-1);
    if (last && last.kind === event.kind && last.name === event.name) {
      pieces[pieces.length - 1] = { ...last, text: last.text + event.text };
    } else {
      pieces.push(event);
    }
    this.pieces.set(event.taskId, pieces);
  }
}
