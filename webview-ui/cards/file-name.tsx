import { useSend } from "../host";
import { escapeText } from "../text/escape-text";
import { SafeText } from "../text/safe-text";

/** A path as a button that opens the file: the name first, its folder quiet after it. */
export function FileName({ path, line }: { path: string; line?: number }) {
  const send = useSend();
  const at = path.lastIndexOf("/", path.length - 2);
  return (
    <button
      type="button"
      class="file-name"
      title={`Open ${escapeText(path)}`}
      onClick={() => send(line === undefined ? { type: "file_opened", path } : { type: "file_opened", path, line })}
    >
      <span class="file-base">
        <SafeText text={path.slice(at + 1)} />
      </span>
      {at > 0 && (
        <span class="file-folder">
          <SafeText text={path.slice(0, at)} />
        </span>
      )}
    </button>
  );
}
