import { readableBytes } from "../../../src/core/text/sizes";
import type { EscalationView } from "../../../src/protocol/pages";
import { usePageSend } from "../page-host";

const requestChoices = [1, 5, 10, 25, 50, 100];
const byteChoices = [100_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 20_000_000];

/** How far the permission goes. */
export function Limits({ view }: { view: EscalationView }) {
  const send = usePageSend();
  const { maxRequests, maxBytes, asksToRead } = view;
  return (
    <section aria-labelledby="limits-title">
      <h2 id="limits-title">How far it goes</h2>
      <div class="limits">
        <label>
          At most
          <select
            value={maxRequests}
            onChange={(event) => send({ type: "limits_set", maxRequests: Number(event.currentTarget.value), maxBytes })}
          >
            {choices(requestChoices, maxRequests).map((count) => (
              <option key={count} value={count}>
                {count === 1 ? "1 request" : `${count} requests`}
              </option>
            ))}
          </select>
        </label>
        <label>
          and
          <select
            value={maxBytes}
            onChange={(event) => send({ type: "limits_set", maxRequests, maxBytes: Number(event.currentTarget.value) })}
          >
            {choices(byteChoices, maxBytes)
              .filter((bytes) => bytes >= view.request.bytes)
              .map((bytes) => (
                <option key={bytes} value={bytes}>
                  {readableBytes(bytes)} in all
                </option>
              ))}
          </select>
        </label>
      </div>
      <label class="limit-tick">
        <input
          type="checkbox"
          class="tick"
          checked={asksToRead}
          onChange={(event) => send({ type: "asking_set", asksToRead: event.currentTarget.checked })}
        />
        Ask me before it reads anything more, because what it reads is sent too
      </label>
    </section>
  );
}

function choices(usual: readonly number[], chosen: number): number[] {
  return [...new Set([...usual, chosen])].sort((a, b) => a - b);
}
