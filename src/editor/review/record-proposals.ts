import type { Task } from "../../core/task";
import type { Disposable } from "../disposables";
import type { Proposals } from "./proposals";

/** Makes what happens to a proposal part of its task, from where the panel and the record have it. */
export function recordProposals(proposals: Proposals, tasks: { readonly running: readonly Task[] }): Disposable {
  return proposals.onDidChange(({ proposal, paths }) => {
    const { actionId, verdicts } = proposal;
    const task = tasks.running.find(({ events }) =>
      events.some((event) => event.type === "action_proposed" && event.action.id === actionId),
    );
    const files = proposal.files.filter((file) => paths.includes(file.path));
    void task?.emit({ type: "proposal_changed", actionId, files, ...verdicts });
  });
}
