import { useCallback } from "preact/hooks";
import type { Preview } from "../../src/core/events";
import type { ActionItem } from "../../src/core/task-view";
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
  const isShort = !isWaiting && preview.command.length <= 60 && !preview.command.includes("\n");
  // Once answered, a short command is its own title.
  const title = isShort ? <CommandLine command={preview.command} /> : isWaiting ? "Run a command" : "Command";
  return (
    <Card item={item} icon="terminal" title={title}>
      {!isShort && <CommandText name={id} command={preview.command} onEndSeen={isWaiting ? markSeen : undefined} />}
      {(isWaiting || preview.cwd !== ".") && (
        <p class="quiet">
          in {preview.cwd === "." ? "the workspace folder" : <Folder path={preview.cwd} />}
          {isWaiting && ` · with bash · ends after ${readableDuration(preview.timeoutMs)} at the latest`}
        </p>
      )}
      {isWaiting && preview.script !== undefined && <Script name={id} text={preview.script} />}
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

function CommandLine({ command }: { command: string }) {
  return (
    <span class="command-line">
      <SafeText text={command} />
    </span>
  );
}

function Folder({ path }: { path: string }) {
  return (
    <span class="mono">
      <SafeText text={path} />
    </span>
  );
}

function Script({ name, text }: { name: string; text: string }) {
  const lines = text.split("\n").length;
  return (
    <Disclosure
      name={`${name}:script`}
      label={`The script behind it${lines > 1 ? ` (${plural(lines, "line")})` : ""}`}
      startsOpen
    >
      {() => (
        <pre class="command script">
          <SafeText text={text} />
        </pre>
      )}
    </Disclosure>
  );
}
