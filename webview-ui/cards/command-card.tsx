import { useCallback } from "preact/hooks";
import type { Preview } from "../../src/core/events";
import type { ActionItem } from "../../src/core/fold";
import { Disclosure } from "../disclosure";
import { useKept } from "../task/kept-state";
import { plural, readableDuration } from "../text/measures";
import { SafeText } from "../text/safe-text";
import { AskBar, Why } from "./ask-bar";
import { Card } from "./card";
import { CommandText } from "./command-text";
import { Output } from "./output";
import { Told } from "./told";

interface CommandCardProps {
  item: ActionItem;
  nonce: string | undefined;
  preview: Extract<Preview, { kind: "command" }>;
}

export function CommandCard({ item, nonce, preview }: CommandCardProps) {
  const { id } = item.action;
  const [isEndSeen, setEndSeen] = useKept(`${id}:end`, false);
  const markSeen = useCallback(() => setEndSeen(true), []);
  const isWaiting = item.state === "waiting";
  return (
    <Card item={item} icon="terminal" title={isWaiting ? "Run a command" : "Command"}>
      <CommandText name={id} command={preview.command} onEndSeen={isWaiting ? markSeen : undefined} />
      <p class="quiet">
        in <span class="mono">{preview.cwd === "." ? "the workspace folder" : <SafeText text={preview.cwd} />}</span>
        {isWaiting && ` · with bash · ends after ${readableDuration(preview.timeoutMs)} at the latest`}
      </p>
      {preview.script !== undefined && <Script name={id} text={preview.script} startsOpen={isWaiting} />}
      {isWaiting ? (
        <AskBar
          item={item}
          nonce={nonce}
          allow={{ label: "Run", icon: "play" }}
          reject="Reject"
          blocked={isEndSeen ? undefined : "Run is possible once you have seen the end of the command."}
        />
      ) : (
        <>
          {item.state === "refused" && !item.answer && <Why item={item} />}
          <Output item={item} />
          {item.output === "" && <Told item={item} />}
        </>
      )}
    </Card>
  );
}

function Script({ name, text, startsOpen }: { name: string; text: string; startsOpen: boolean }) {
  const lines = text.split("\n").length;
  return (
    <Disclosure
      name={`${name}:script:${startsOpen ? "open" : "shut"}`}
      label={`What this script runs${lines > 1 ? ` (${plural(lines, "line")})` : ""}`}
      startsOpen={startsOpen}
    >
      {() => (
        <pre class="command script">
          <SafeText text={text} />
        </pre>
      )}
    </Disclosure>
  );
}
