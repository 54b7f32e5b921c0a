import { readableBytes } from "../../src/core/text/sizes";
import type { GrantSummary } from "../../src/protocol/panel";
import { useSend } from "../host";
import { Icon } from "../icon";
import { SafeText } from "../text/safe-text";

interface GrantBannerProps {
  granted: readonly GrantSummary[] | undefined;
  /** The task that is shown. */
  taskId: string | undefined;
}

/** As long as a task may go out, whichever task is shown: where to, how far it is, and the button that ends it. */
export function GrantBanner({ granted = [], taskId }: GrantBannerProps) {
  return (
    <>
      {granted.map((grant) => (
        <Granted key={grant.grantId} grant={grant} isShown={grant.taskId === taskId} />
      ))}
    </>
  );
}

function Granted({ grant, isShown }: { grant: GrantSummary; isShown: boolean }) {
  const send = useSend();
  const { endpoint, requests, maxRequests, bytes, maxBytes } = grant;
  const host = URL.canParse(endpoint.baseUrl) ? new URL(endpoint.baseUrl).host : endpoint.baseUrl;
  return (
    <section class="grant-banner" aria-label="A task may leave this machine">
      <Icon name="cloud-upload" />
      <p>
        {isShown ? (
          "This task goes to "
        ) : (
          <>
            <SafeText text={`“${grant.taskTitle}”`} /> goes to{" "}
          </>
        )}
        <strong>
          <SafeText text={endpoint.model} />
        </strong>{" "}
        at <SafeText text={host} />.{" "}
        <span class="grant-counts">
          {requests} of {maxRequests} requests, {readableBytes(bytes)} of {readableBytes(maxBytes)}
        </span>
      </p>
      <button
        type="button"
        class="button"
        title="Nothing more of this task is sent; it is local again"
        onClick={() => send({ type: "grant_end_pressed", grantId: grant.grantId })}
      >
        End
      </button>
    </section>
  );
}
