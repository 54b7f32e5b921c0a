import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { FromPage, ToPage } from "../../src/protocol/pages";

interface VsCodeApi {
  postMessage(message: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export type SendFromPage = (message: FromPage) => void;

/** The one way to the host. A message that breaks the contract is our bug and throws here, before it is sent. */
export function connectPageHost(): SendFromPage {
  const api = acquireVsCodeApi();
  return (message) => api.postMessage(FromPage.parse(message));
}

/** Calls `receive` for messages of the host; what other frames or a broken host send is dropped. */
export function listenToPageHost(receive: (message: ToPage) => void): void {
  window.addEventListener("message", (event) => {
    const parsed = event.origin === window.origin ? ToPage.safeParse(event.data) : undefined;
    if (parsed?.success) {
      receive(parsed.data);
    }
  });
}

export const PageSendContext = createContext<SendFromPage>(() => undefined);

export function usePageSend(): SendFromPage {
  return useContext(PageSendContext);
}
