import { useEffect, useRef, useState } from "preact/hooks";
import { useSend } from "../host";
import type { PageState } from "../task/page-state";
import { SentHistory } from "./sent-history";

const restMs = 300;

/** The input's text. The host keeps a copy, so that a closed or reloaded panel has it again. */
export function useDraft(restored: PageState["draft"], returned: PageState["returned"]) {
  const send = useSend();
  const [text, setText] = useState("");
  const [history, setHistory] = useState(() => new SentHistory([]));
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const known = useRef("");
  /** Once something was typed here, what the host remembers is older. */
  const isTouched = useRef(false);

  const tell = (next: string) => {
    clearTimeout(timer.current);
    timer.current = undefined;
    if (next !== known.current) {
      known.current = next;
      send({ type: "draft_changed", text: next });
    }
  };
  const change = (next: string) => {
    isTouched.current = true;
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => tell(next), restMs);
  };
  useEffect(() => {
    if (restored.version === 0) {
      return;
    }
    setHistory(new SentHistory(restored.sent));
    if (!isTouched.current) {
      setText(restored.text);
      known.current = restored.text;
    }
  }, [restored.version]);

  const seen = useRef(0);
  useEffect(() => {
    const back = returned.slice(seen.current);
    seen.current = returned.length;
    if (back.length > 0) {
      change([...new Set([...back, text])].filter((each) => each !== "").join("\n\n"));
    }
  }, [returned]);

  const clear = (sent: string) => {
    history.add(sent);
    setText("");
    tell("");
  };
  return { text, change, clear, history };
}
