import type { FileChange } from "../../src/core/events";
import type { ActionItem } from "../../src/core/task-view";
import { Disclosure } from "../disclosure";
import { useSend } from "../host";
import { Icon } from "../icon";
import { useKept } from "../task/kept-state";
import { escapeText } from "../text/escape-text";
import { plural } from "../text/measures";
import { SafeText } from "../text/safe-text";
import { AskBar } from "./ask-bar";
import { Card } from "./card";
import { Diff } from "./diff";
import { FileName } from "./file-name";
import { Told } from "./told";

interface EditCardProps {
  item: ActionItem;
  nonce: string | undefined;
  files: readonly FileChange[];
}

export function EditCard({ item, nonce, files: all }: EditCardProps) {
  const files = withoutMovedAway(all);
  const only = files.length === 1 ? files[0] : undefined;
  return (
    <Card
      item={item}
      icon={only ? statusIcons[only.status] : "files"}
      title={only ? <FileName path={only.path} /> : plural(files.length, "file")}
      aside={<Counts added={sum(files, "added")} removed={sum(files, "removed")} />}
    >
      {item.state === "waiting" ? (
        <OpenEdit item={item} nonce={nonce} files={files} />
      ) : (
        <>
          <Disclosure name={`${item.action.id}:diff`} label="Change">
            {() => <FileList item={item} files={files} />}
          </Disclosure>
          <Told item={item} />
        </>
      )}
    </Card>
  );
}

const statusIcons = { modified: "edit", created: "new-file", deleted: "trash" } as const;

function OpenEdit({ item, nonce, files }: EditCardProps) {
  const send = useSend();
  const all = files.flatMap((file) => file.hunks.map((hunk) => hunk.id));
  const { taken, setTaken } = useTicks(item, all);
  const isPart = taken.length < all.length;
  const first = files[0];
  return (
    <>
      <FileList item={item} files={files} ticks={all.length > 1 ? { taken, onChange: setTaken } : undefined} />
      <AskBar
        item={item}
        nonce={nonce}
        allow={{ label: isPart ? `Accept ${taken.length} of ${all.length}` : "Accept", icon: "check" }}
        reject="Reject"
        blocked={isPart && taken.length === 0 ? "Nothing is ticked. Tick a change, or reject them all." : undefined}
        hunks={isPart ? all.filter((id) => taken.includes(id)) : undefined}
      >
        {first && files.length === 1 && (
          <button
            type="button"
            class="button"
            onClick={() => send({ type: "diff_opened", actionId: item.action.id, path: first.path })}
          >
            Open diff
          </button>
        )}
      </AskBar>
    </>
  );
}

/** The host has the last word: it also hears what is decided in the editor. */
function useTicks({ action, proposal }: ActionItem, all: readonly string[]) {
  const send = useSend();
  const left = [...proposal.rejected, ...proposal.held];
  const [taken, keep] = useKept(
    `${action.id}:ticks:${proposal.version}`,
    all.filter((id) => !left.includes(id)),
  );
  const setTaken = (now: string[]) => {
    keep(now);
    const tell = (hunks: string[], isTaken: boolean) =>
      hunks.length > 0 && send({ type: "hunks_ticked", actionId: action.id, hunks, taken: isTaken });
    tell(
      now.filter((id) => !taken.includes(id)),
      true,
    );
    tell(
      taken.filter((id) => !now.includes(id)),
      false,
    );
  };
  return { taken, setTaken };
}

interface FileListProps {
  item: ActionItem;
  files: readonly FileChange[];
  ticks?: { taken: readonly string[]; onChange: (taken: string[]) => void } | undefined;
}

function FileList({ item, files, ticks }: FileListProps) {
  return (
    <>
      {files.map((file) => (
        <div key={file.path} class="file-change">
          {files.length > 1 && <FileHead item={item} file={file} />}
          {file.status === "deleted" && <p class="quiet">The file is deleted.</p>}
          {file.moved ? (
            <MovedFile name={item.action.id} file={file} moved={file.moved} ticks={ticks} />
          ) : (
            <Diff name={`${item.action.id}:${file.path}`} hunks={file.hunks} ticks={ticks} />
          )}
        </div>
      ))}
    </>
  );
}

interface MovedFileProps {
  name: string;
  file: FileChange;
  moved: NonNullable<FileChange["moved"]>;
  ticks: FileListProps["ticks"];
}

/** It is taken or left as a whole; what differs in it is shown for reading. */
function MovedFile({ name, file, moved, ticks }: MovedFileProps) {
  const ids = file.hunks.map(({ id }) => id);
  const isTaken = ids.every((id) => ticks?.taken.includes(id));
  const change = () =>
    ticks?.onChange(isTaken ? ticks.taken.filter((id) => !ids.includes(id)) : [...ticks.taken, ...ids]);
  const words = (
    <>
      Moved from <SafeText text={moved.from} />
      {moved.hunks.length === 0 && ", unchanged"}
    </>
  );
  return (
    <>
      {ticks ? (
        <label class="hunk-tick">
          <input type="checkbox" checked={isTaken} onChange={change} />
          {words}
        </label>
      ) : (
        <p class="quiet">{words}</p>
      )}
      {moved.hunks.length > 0 && <Diff name={`${name}:${file.path}`} hunks={moved.hunks} />}
    </>
  );
}

/** A file that goes elsewhere is shown, and decided, where it goes. */
function withoutMovedAway(files: readonly FileChange[]): readonly FileChange[] {
  const gone = new Set(files.map((file) => file.moved?.from));
  return files.filter(({ path, status }) => status !== "deleted" || !gone.has(path));
}

function FileHead({ item, file }: { item: ActionItem; file: FileChange }) {
  const send = useSend();
  return (
    <div class="file-head">
      <Icon name={statusIcons[file.status]} />
      <FileName path={file.path} />
      <Counts {...countsOf(file)} />
      {item.state === "waiting" && (
        <button
          type="button"
          class="icon-button"
          title="Open diff"
          aria-label={`Open diff of ${escapeText(file.path)}`}
          onClick={() => send({ type: "diff_opened", actionId: item.action.id, path: file.path })}
        >
          <Icon name="diff" />
        </button>
      )}
    </div>
  );
}

export function Counts({ added, removed }: { added: number; removed: number }) {
  return (
    <span class="counts">
      <span class="count-added" title={`${plural(added, "line")} added`}>
        +{added}
      </span>{" "}
      <span class="count-removed" title={`${plural(removed, "line")} removed`}>
        −{removed}
      </span>
    </span>
  );
}

function sum(files: readonly FileChange[], side: "added" | "removed"): number {
  return files.reduce((total, file) => total + countsOf(file)[side], 0);
}

function countsOf(file: FileChange): { added: number; removed: number } {
  const { added, removed } = file.moved ?? file;
  return { added, removed };
}
