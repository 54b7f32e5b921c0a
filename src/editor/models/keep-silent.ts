import { serverDown } from "../../endpoint/find/server-troubles";
import { guessKind } from "../../endpoint/servers";
import type { Candidate } from "./model-choice";
import { isSameModel, isSameServer } from "./same-model";

/**
 * What a search found, and what it missed: a server has a second to answer, and one that writes a reply may take longer. Its
 * models stay, with that trouble; one that a task is at work with stays as it was.
 */
export function keepSilent(
  before: readonly Candidate[],
  now: readonly Candidate[],
  isAtWork: (candidate: Candidate) => boolean,
): Candidate[] {
  const listed = now.map((one) => {
    const known = isSilent(one) ? before.find((each) => isSameEntry(each, one)) : undefined;
    return known ? { ...silent(known, one.trouble), reach: one.reach, view: { ...known.view, ...one.view } } : one;
  });
  const missed = before.filter(
    (one) => !one.configured && one.reach !== "key_wanted" && !now.some((each) => isAnswerFor(each, one)),
  );
  return [...listed, ...missed.map((one) => silent(one, troubleOf(one)))];

  function silent(known: Candidate, trouble: Candidate["trouble"]): Candidate {
    return isAtWork(known) ? known : { ...known, trouble };
  }
}

/** Its server has answered, or the settings name the same model. */
function isAnswerFor(now: Candidate, before: Candidate): boolean {
  return isSilent(now) ? isSameModel(now.view, before.view) : isSameServer(now.view, before.view);
}

function isSameEntry(a: Candidate, b: Candidate): boolean {
  return a.configured && a.view.name === b.view.name && isSameModel(a.view, b.view);
}

function isSilent({ trouble }: Candidate): boolean {
  return trouble?.code === "server_down";
}

function troubleOf({ view }: Candidate) {
  return serverDown(guessKind(view.baseUrl), view.baseUrl.replace(/\/v1$/, ""));
}
