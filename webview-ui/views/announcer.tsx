import { useEffect, useRef, useState } from "preact/hooks";
import type { TaskView } from "../../src/core/task-view";
import { announce } from "../task/announcements";

const kept = 5;

/** Speaks to screen readers: finished messages politely, approvals at once. Nothing of it is seen. */
export function Announcer({ task }: { task: TaskView | undefined }) {
  const before = useRef<TaskView | undefined>(undefined);
  const count = useRef(0);
  const [log, setLog] = useState<{ key: number; text: string }[]>([]);
  const [urgent, setUrgent] = useState("");
  useEffect(() => {
    const news = announce(before.current, task);
    before.current = task;
    if (news.said.length > 0) {
      const lines = news.said.map((text) => ({ key: count.current++, text }));
      setLog((old) => [...old, ...lines].slice(-kept));
    }
    if (news.urgent !== undefined) {
      setUrgent(news.urgent);
    } else if (task?.status !== "waiting") {
      setUrgent("");
    }
  }, [task]);
  return (
    <>
      <div class="unseen" role="log" aria-live="polite" aria-label="Messages">
        {log.map((line) => (
          <p key={line.key}>{line.text}</p>
        ))}
      </div>
      <div class="unseen" role="alert">
        {urgent}
      </div>
    </>
  );
}
