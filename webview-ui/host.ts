import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { FromPanel, ToPanel } from "../src/protocol/panel";
import type { Store } from "./task/kept-state";

interface VsCodeApi extends Store {
  postMessage(message: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export type Send = (message: FromPanel) => void;

/** The one way to the host. A message that breaks the contract is our bug and throws here, before it is sent. */
export function connectHost(): { send: Send; store: Store } {
  const api = acquireVsCodeApi();
  return { send: (message) => api.postMessage(FromPanel.parse(message)), store: api };
}

/** Calls `receive` for messages of the host; what other frames or a broken host send is dropped. */
export function listenToHost(receive: (message: ToPanel) => void): void {
  window.addEventListener("message", (event) => {
    if (event.origin !== window.origin) {
      return;
    }
    const parsed = ToPanel.safeParse(event.data);
    if (parsed.success) {
      receive(parsed.data);
    }
  });
}

export const SendContext = createContext<Send>(() => undefined);

export function useSend(): Send {
  return useContext(SendContext);
}
