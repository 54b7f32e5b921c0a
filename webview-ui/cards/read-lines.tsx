import type { ActionItem } from "../../src/core/task-view";
import { Disclosure } from "../disclosure";
import { useSend } from "../host";
import { Icon } from "../icon";
import { escapeText } from "../text/escape-text";
import { plural } from "../text/measures";
import { SafeText } from "../text/safe-text";

const shownAlways = 3;

/** Reads that follow each other: one quiet line each, and a single one for many. */
export function ReadLines({ items }: { items: readonly ActionItem[] }) {
  const first = items[0];
  if (!first) {
    return null;
  }
  if (items.length <= shownAlways) {
    return <Lines items={items} />;
  }
  const isRunning = items.some((item) => item.state === "running" || item.state === "proposed");
  return (
    <Disclosure
      name={`${first.action.id}:reads`}
      label={
        <>
          {isRunning && <Icon name="loading" spins />} {plural(items.length, "look")} at the workspace
        </>
      }
    >
      {() => <Lines items={items} />}
    </Disclosure>
  );
}

function Lines({ items }: { items: readonly ActionItem[] }) {
  return (
    <ul class="reads">
      {items.map((item) => (
        <li key={item.key}>
          <ReadLine item={item} />
        </li>
      ))}
    </ul>
  );
}

function ReadLine({ item }: { item: ActionItem }) {
  const send = useSend();
  const path = item.action.effect.kind === "read" ? item.action.effect.paths[0] : undefined;
  const words = (
    <>
      <Icon name={iconOf(item)} spins={item.state === "running"} />
      <span class="read-title">
        <SafeText text={item.action.title} />
      </span>
      {problemOf(item) !== undefined && <span class="read-problem">{problemOf(item)}</span>}
    </>
  );
  const opens = path !== undefined && item.action.tool === "read_file" && item.state === "done";
  return opens ? (
    <button
      type="button"
      class="read-line"
      title={`Open ${escapeText(path)}`}
      onClick={() => send({ type: "file_opened", path })}
    >
      {words}
    </button>
  ) : (
    <span class="read-line" title={item.state === "done" ? undefined : escapeText(item.result ?? "")}>
      {words}
    </span>
  );
}

function iconOf(item: ActionItem): string {
  if (item.state === "running" || item.state === "proposed") {
    return "loading";
  }
  const icons: Record<string, string> = { read_file: "file", list_files: "list-tree", search_text: "search" };
  return icons[item.action.tool] ?? "eye";
}

function problemOf(item: ActionItem): string | undefined {
  if (item.state === "failed") {
    return "failed";
  }
  return item.state === "refused" ? "refused by rule" : item.state === "cancelled" ? "cancelled" : undefined;
}
