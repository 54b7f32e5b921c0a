import type { ActionItem } from "../../src/core/task-view";
import { SafeText } from "../text/safe-text";
import { AskBar } from "./ask-bar";
import { Card } from "./card";
import { FileName } from "./file-name";
import { Told } from "./told";

/** A read that asks: outside the workspace, secrets-like, or because everything asks. */
export function ReadCard({ item, nonce, paths }: { item: ActionItem; nonce: string | undefined; paths: string[] }) {
  return (
    <Card item={item} icon="eye" title={<SafeText text={item.action.title} />}>
      <ul class="path-list">
        {paths.map((path) => (
          <li key={path}>
            <FileName path={path} />
          </li>
        ))}
      </ul>
      {item.state === "waiting" ? (
        <AskBar item={item} nonce={nonce} allow={{ label: "Allow", icon: "check" }} reject="Reject" />
      ) : (
        <Told item={item} />
      )}
    </Card>
  );
}
