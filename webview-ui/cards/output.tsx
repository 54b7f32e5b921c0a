import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { ActionItem } from "../../src/core/task-view";
import { CopyButton } from "../copy-button";
import { Disclosure } from "../disclosure";
import { useKept } from "../task/kept-state";
import { escapeText } from "../text/escape-text";
import { plural } from "../text/measures";
import { SafeText } from "../text/safe-text";
import { stripTerminal } from "../text/strip-terminal";

const tailLines = 200;

/** What a command printed. While it runs its end is in view; afterwards it folds, unless it failed. */
export function Output({ item }: { item: ActionItem }) {
  const text = useMemo(() => stripTerminal(item.output).replace(/\n+$/, ""), [item.output]);
  if (text === "") {
    return item.state === "running" ? <p class="quiet">No output yet.</p> : null;
  }
  if (item.state === "running") {
    return <OutputText name={item.action.id} text={text} isLive />;
  }
  return (
    <Disclosure
      name={`${item.action.id}:output`}
      label={`Output, ${plural(text.split("\n").length, "line")}`}
      startsOpen={item.state === "failed" || (item.exitCode ?? 0) !== 0}
    >
      {() => <OutputText name={item.action.id} text={text} isLive={false} />}
    </Disclosure>
  );
}

function OutputText({ name, text, isLive }: { name: string; text: string; isLive: boolean }) {
  const [isWhole, setWhole] = useKept(`${name}:whole-output`, false);
  const box = useRef<HTMLElement>(null);
  const lines = text.split("\n");
  const isCut = !isWhole && lines.length > tailLines;
  const shown = isCut ? lines.slice(-tailLines).join("\n") : text;
  useLayoutEffect(() => {
    if (box.current) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [shown]);
  return (
    <div class="output-frame">
      {isCut && (
        <button type="button" class="show-more" onClick={() => setWhole(true)}>
          Show all {plural(lines.length, "line")}
        </button>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: output scrolls inside its frame, by keyboard too */}
      <section ref={box} class="output" tabIndex={0} aria-label={isLive ? "Live output" : "Output"}>
        <pre>
          <SafeText text={shown} />
        </pre>
      </section>
      <CopyButton what="output" text={escapeText(text)} />
    </div>
  );
}
