import type { EventOf, GrantEnd } from "./events";
import { readableBytes } from "./text/sizes";

export function restoredText({ files, redo }: EventOf<"restored">): string {
  const what = files.length === 1 ? files[0] : `${files.length} files`;
  return redo ? `Put the changes to ${what} back in.` : `Took back the changes to ${what}.`;
}

export function compactedText({
  shortened,
  replaced,
  tokensBefore,
  tokensAfter,
}: EventOf<"context_compacted">): string {
  const what =
    replaced === undefined
      ? `the model gets ${shortened.length === 1 ? "an old result" : `${shortened.length} old results`} as one line each`
      : replaced.by === "model"
        ? "the model gets its own summary of the earlier steps"
        : "the model gets the earlier steps as a list";
  const size = (tokens: number) => tokens.toLocaleString("en");
  return `Made room: ${what}. The conversation went from about ${size(tokensBefore)} to ${size(tokensAfter)} tokens.`;
}

const recoveries: Record<EventOf<"recovered">["how"], string> = {
  put_back: "Put back as before",
  finished: "Finished",
  kept: "Kept as the command left it",
};

export function recoveredText({ how, files, left }: EventOf<"recovered">): string {
  const done = files.length === 0 ? "" : ` ${recoveries[how]}: ${named(files)}.`;
  const rest = left.length === 0 ? "" : ` Left alone, because something else changed it: ${named(left)}.`;
  return `The window was closed in the middle of this.${done}${rest}`;
}

export function committedText({ commit, subject, leftOut }: EventOf<"committed">): string {
  const done = commit === undefined ? "Nothing was committed." : `Committed as ${shortHash(commit)}: ${subject}`;
  const rest =
    leftOut.length === 0 ? "" : `\nNot in the commit: ${named(leftOut.map(({ path, why }) => `${path} (${why})`))}`;
  return done + rest;
}

export function notCommittedText({ trouble }: EventOf<"not_committed">): string {
  return `Not committed. ${sentence(trouble.message)} ${trouble.remedy}`;
}

export function squashedText({ commit, subject, count }: EventOf<"commits_squashed">): string {
  return `Made one commit of ${count}: ${shortHash(commit)}: ${subject}`;
}

export function grantedText({ endpoint, maxRequests, maxBytes }: EventOf<"grant_given">): string {
  const place = `${endpoint.model} at ${new URL(endpoint.baseUrl).host}`;
  const requests = maxRequests === 1 ? "1 request" : `${maxRequests} requests`;
  return `You sent this task out: ${place} works on it from here, with at most ${requests} and ${readableBytes(maxBytes)}.`;
}

const grantEnds: Record<GrantEnd, string> = {
  declined: "Nothing was sent.",
  user: "You ended the permission to send this task out.",
  task_ended: "The permission to send this task out ended with the work.",
  request_limit: "The limit of requests that you set is reached.",
  byte_limit: "The limit of bytes that you set is reached.",
  window_closed: "The window was closed, which ended the permission to send this task out.",
};

export function grantEndedText({ why, requests, bytes }: EventOf<"grant_ended">): string {
  if (why === "declined") {
    return grantEnds.declined;
  }
  const sent =
    requests === undefined || bytes === undefined
      ? ""
      : ` Sent: ${requests === 1 ? "1 request" : `${requests} requests`}, ${readableBytes(bytes)}.`;
  return `${grantEnds[why]}${sent} The task is local again.`;
}

function named(names: readonly string[]): string {
  return names.length <= 4 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function shortHash(commit: string): string {
  return commit.slice(0, 7);
}
