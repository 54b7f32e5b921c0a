import type { AgentEvent } from "../../core/events";

/** The question before the first commit in a repository. */
export function describeConsent(
  repository: string,
  branch: string | undefined,
  programs: readonly string[],
): { message: string; detail: string } {
  const where =
    branch === undefined ? "on the commit that is checked out, without a branch" : `on the branch ${branch}`;
  const starts =
    programs.length === 0
      ? "This repository itself starts no programs at a commit."
      : `A commit in this repository can start programs:\n${programs.map((line) => `•  ${line}`).join("\n")}`;
  return {
    message: `May Hearth commit each accepted action in ${repository}?`,
    detail: `You switched on “Commit Each Action”. Each commit holds exactly what one action changed, ${where}. What you have changed or staged yourself stays as it is. Nothing is pushed.\n\n${starts}\n\nYou are asked once for this repository, and again when this list changes.`,
  };
}

/** What the commits of a task say of it. */
export function messageOf(events: readonly AgentEvent[]): { request: string; model: string; title: string } {
  const [first] = events;
  const said = events.find((event) => event.type === "user_said" && event.by === "user");
  const turn = events.findLast((event) => event.type === "turn_started");
  const title = first?.type === "task_started" ? first.title : "";
  return {
    title,
    request: said?.type === "user_said" ? said.text : title,
    model:
      turn?.type === "turn_started" ? turn.endpoint.model : first?.type === "task_started" ? first.endpoint.model : "",
  };
}

/** What an action did, in a few words. */
export function actionTitle(events: readonly AgentEvent[], actionId: string): string {
  const proposed = events.find((event) => event.type === "action_proposed" && event.action.id === actionId);
  return proposed?.type === "action_proposed" ? proposed.action.title : "Change files";
}
