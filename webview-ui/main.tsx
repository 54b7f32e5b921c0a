import "./without-eval";
import "./style/panel.css";
import { render } from "preact";
import { App } from "./app";
import { connectHost, listenToHost, SendContext } from "./host";
import { browserClock, Inbox } from "./task/inbox";
import { applyMessages, emptyPage, type PageState } from "./task/page-state";

const root = document.getElementById("hearth-root");
if (!root) {
  throw new Error("The page has no #hearth-root.");
}
const place = root;
const { send, store } = connectHost();
let state = emptyPage;

function change(next: (state: PageState) => PageState): void {
  state = next(state);
  render(
    <SendContext value={send}>
      <App state={state} change={change} store={store} />
    </SendContext>,
    place,
  );
}

const inbox = new Inbox(browserClock, (messages) => change((before) => applyMessages(before, messages)));
listenToHost((message) => inbox.receive(message));
change((before) => before);
send({ type: "panel_opened" });
