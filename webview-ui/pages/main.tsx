import "../without-eval";
import "./pages.css";
import { render } from "preact";
import type { ToPage } from "../../src/protocol/pages";
import { connectPageHost, listenToPageHost, PageSendContext } from "./page-host";
import { PageView } from "./page-view";

const root = document.getElementById("hearth-root");
if (!root) {
  throw new Error("The page has no #hearth-root.");
}
const place = root;
const send = connectPageHost();
let shown: ToPage | undefined;
let failure: Extract<ToPage, { type: "page_failed" }> | undefined;

function draw(): void {
  render(
    <PageSendContext value={send}>
      <PageView shown={shown} failure={failure} onDismiss={dismiss} />
    </PageSendContext>,
    place,
  );
}

function dismiss(): void {
  failure = undefined;
  draw();
}

listenToPageHost((message) => {
  if (message.type === "page_failed") {
    failure = message;
  } else {
    shown = message;
  }
  draw();
});
draw();
send({ type: "page_opened" });
