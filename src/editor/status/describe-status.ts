import type { EndpointView } from "../../core/events";
import { places } from "../../protocol/places";
import { usualHere } from "./name-here";

export interface StatusView {
  endpoint: EndpointView | undefined;
  searching: boolean;
  state: "idle" | "working" | "approval";
  /** One true sentence on what left this machine today. */
  leaving: string;
  /** The model elsewhere that a task may go to now. */
  away?: EndpointView | undefined;
  trusted: boolean;
}

export interface StatusTexts {
  text: string;
  tooltip: string;
  /** For screen readers: the text without its pictures. */
  spoken: string;
  warns: boolean;
}

/** `here`: where a server of this machine runs, in words. */
export function describeStatus(view: StatusView, here = usualHere): StatusTexts {
  const model = describeModel(view, here);
  const doing = { idle: "", working: "working", approval: "needs your approval" }[view.state];
  const mark = { idle: model.icon, working: "$(loading~spin)", approval: "$(bell-dot)" }[view.state];
  const away = view.away && `a task may go to ${showUnseen(view.away.model)}, ${places[view.away.locality].words}`;
  const usual = view.away ? `going out to ${showUnseen(view.away.model)}` : model.name;
  const name = view.state === "approval" ? "Hearth needs your approval" : usual;
  return {
    text: `${away ? "$(cloud-upload) " : ""}${mark} ${escapeIcons(name)}`,
    tooltip: [
      `Hearth: ${model.long}`,
      ...(away ? [`With your permission ${away}. The panel has a button that ends it.`] : []),
      ...(doing ? [`It is ${doing === "working" ? "working on a task" : "waiting for your answer"}.`] : []),
      ...(view.trusted ? [] : ["Restricted Mode: it only chats until you trust this folder."]),
      view.leaving,
    ].join("\n"),
    spoken: ["Hearth", model.long, doing, away ?? ""].filter((part) => part !== "").join(", "),
    warns: view.state === "approval" || away !== undefined,
  };
}

function describeModel(
  { endpoint, searching }: StatusView,
  here: string,
): { icon: string; name: string; long: string } {
  if (!endpoint) {
    return searching
      ? { icon: "$(search)", name: "Hearth: looking for models", long: "looking for model servers" }
      : { icon: "$(circle-slash)", name: "Hearth: no model", long: "no model was found" };
  }
  if (endpoint.practice) {
    const long = "the practice lesson, a script and not a model";
    return { icon: "$(mortar-board)", name: "Practice: a script, not a model", long };
  }
  const { icon, words: usual } = places[endpoint.locality];
  const words = endpoint.locality === "machine" ? here : usual;
  const model = showUnseen(endpoint.model);
  const name = words === usualHere ? model : `${model}, ${words}`;
  return { icon: `$(${icon})`, name, long: `${model}, from ${showUnseen(endpoint.name)} ${words}` };
}

/** Names come from servers: nothing in them is drawn as a picture or hides other characters. */
function escapeIcons(text: string): string {
  return text.replaceAll("$(", "\\$(");
}

/** Characters that cannot be seen appear by their names; what is longer is cut. */
export function showUnseen(name: string, longest = 60): string {
  const shown = name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (letter) => {
    const code = letter.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
  return shown.length <= longest ? shown : `${shown.slice(0, longest - 1)}…`;
}
