import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icon";
import { useKept } from "../task/kept-state";
import { plural } from "../text/measures";
import { SafeText } from "../text/safe-text";
import { warnAboutCommand } from "./command-warnings";

interface CommandTextProps {
  name: string;
  command: string;
  /** Called once when the last character of the whole command has been in view. */
  onEndSeen?: (() => void) | undefined;
}

/** Exactly what would run, wrapped and never cut: a long command folds, and unfolding shows all of it. */
export function CommandText({ name, command, onEndSeen }: CommandTextProps) {
  const [isWhole, setWhole] = useKept(`${name}:whole`, false);
  const text = useRef<HTMLPreElement>(null);
  const [isFolded, setFolded] = useState(false);
  const lines = command.split("\n").length;
  useLayoutEffect(() => {
    const element = text.current;
    setFolded(!isWhole && element !== null && element.scrollHeight > element.clientHeight + 1);
  }, [isWhole, command]);
  const size = `${lines > 1 ? `${plural(lines, "line")}, ` : ""}${plural(command.length, "character")}`;
  const isLong = lines > 8 || command.length > 400;
  return (
    <div class="command-text">
      <pre ref={text} class={isWhole ? "command whole" : "command"} data-testid="command">
        <SafeText text={command} />
        <EndMark onSeen={isFolded ? undefined : onEndSeen} />
      </pre>
      {isFolded && (
        <button type="button" class="show-more" onClick={() => setWhole(true)}>
          Show all {size}
        </button>
      )}
      {isLong && !isFolded && <p class="quiet">{size}</p>}
      {warnAboutCommand(command).map((warning) => (
        <p key={warning} class="card-warning">
          <Icon name="warning" /> <SafeText text={warning} />
        </p>
      ))}
    </div>
  );
}

/** An empty mark behind the last character. */
function EndMark({ onSeen }: { onSeen: (() => void) | undefined }) {
  const mark = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const element = mark.current;
    if (!element || !onSeen) {
      return;
    }
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        observer.disconnect();
        onSeen();
      }
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [onSeen]);
  return <span ref={mark} class="end-mark" />;
}
