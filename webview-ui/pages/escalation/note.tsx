import { useEffect, useRef, useState } from "preact/hooks";
import { GrowingInput } from "../../growing-input";
import { usePageSend } from "../page-host";

const restMs = 250;

/** What the user wants to tell the stronger model; it is part of what is sent, and shown there too. */
export function Note({ note }: { note: string }) {
  const send = usePageSend();
  const [text, setText] = useState(note);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => send({ type: "note_set", text: next }), restMs);
  };
  return (
    <section aria-labelledby="note-title">
      <h2 id="note-title">Your words for it</h2>
      <GrowingInput
        label="Your words for the other model"
        placeholder="Optional: what it should do, or what was tried already"
        value={text}
        maxRows={10}
        onChange={change}
      />
    </section>
  );
}
