import { useState } from "preact/hooks";
import type { EscalationView } from "../../../src/protocol/pages";
import { Icon } from "../../icon";
import { SafeText } from "../../text/safe-text";
import { usePageSend } from "../page-host";

/** The first request byte for byte, here and as a document that the editor can search. */
export function ExactRequest({ request }: { request: EscalationView["request"] }) {
  const send = usePageSend();
  const [isOpen, setOpen] = useState(false);
  return (
    <section aria-labelledby="exact-title">
      <h2 id="exact-title">The exact request</h2>
      <div class="exact-buttons">
        <button type="button" class="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Icon name={isOpen ? "chevron-down" : "chevron-right"} /> {isOpen ? "Hide" : "Show"} All{" "}
          {request.bytes.toLocaleString("en")} Bytes
        </button>
        <button type="button" class="button" onClick={() => send({ type: "request_opened" })}>
          <Icon name="go-to-file" /> Open in an Editor
        </button>
      </div>
      {isOpen && (
        <pre class="sent-text exact">
          <SafeText
            text={[request.line, ...request.headers.map(([name, value]) => `${name}: ${value}`), "", request.body].join(
              "\n",
            )}
          />
        </pre>
      )}
      <p class="quiet-words hash">
        SHA-256 of the body: <code>{request.sha256}</code>
      </p>
    </section>
  );
}
