import type { NoteItem, NoteOffer } from "../../src/core/task-view";
import type { FromPanel } from "../../src/protocol/panel";
import { useSend } from "../host";
import { Icon } from "../icon";
import { SafeText } from "../text/safe-text";

const icons: Record<NoteItem["tone"], string> = { quiet: "info", good: "pass", bad: "warning" };

export function Note({ item, canContinue, isIdle }: { item: NoteItem; canContinue: boolean; isIdle: boolean }) {
  const send = useSend();
  const { offer } = item;
  return (
    <p class={`note note-${item.tone}`}>
      <Icon name={item.commit === undefined ? icons[item.tone] : "git-commit"} />
      <span class="note-text">
        <SafeText text={item.text} />
        {offer && isIdle && (
          <>
            {" "}
            <button
              type="button"
              class="show-more"
              title={offers[offer.kind].title}
              onClick={() => send(request(offer))}
            >
              {offers[offer.kind].label}
            </button>
          </>
        )}
      </span>
      {canContinue && (
        <button type="button" class="show-more" onClick={() => send({ type: "retry_pressed" })}>
          Continue
        </button>
      )}
    </p>
  );
}

const offers: Record<NoteOffer["kind"], { label: string; title: string }> = {
  redo: { label: "Redo", title: "Put the changes back in" },
  squash: {
    label: "Squash this task's commits",
    title: "Make one commit of the latest ones, as long as they are all of this task and were not pushed",
  },
};

function request(offer: NoteOffer): FromPanel {
  return offer.kind === "redo"
    ? { type: "redo_pressed", checkpointId: offer.checkpointId }
    : { type: "squash_pressed" };
}
