import { useMemo } from "preact/hooks";
import { readableBytes } from "../../../src/core/text/sizes";
import type { LedgerTraffic, LedgerView } from "../../../src/protocol/pages";
import { Icon } from "../../icon";
import { SafeText } from "../../text/safe-text";
import { usePageSend } from "../page-host";
import { groupLines } from "./group-lines";
import { LedgerRowView, placeLooks } from "./ledger-row";

/** Every request on record: what it was for, where it went, and how many bytes. */
export function LedgerTable({ view }: { view: LedgerView }) {
  const send = usePageSend();
  const rows = useMemo(() => groupLines(view.lines), [view.lines]);
  const isQuiet = view.today.network.requests === 0 && view.today.internet.requests === 0;
  return (
    <article class="ledger">
      <header class="page-head">
        <h1>What left this machine</h1>
        <p class={isQuiet ? "lead sentence" : "lead sentence sentence-out"}>
          <Icon name={isQuiet ? "home" : "cloud-upload"} /> <SafeText text={view.sentence} />
        </p>
        <p class="quiet-words">{view.weekly}</p>
        {view.here !== undefined && (
          <p class="quiet-words">
            Hearth runs <SafeText text={view.here} />: that is what “this machine” means in this record.
          </p>
        )}
        {view.trouble !== undefined && (
          <p class="warned">
            <Icon name="warning" /> <SafeText text={view.trouble} />
          </p>
        )}
      </header>
      <div class="totals">
        <Totals title="Today" traffic={view.today} />
        <Totals title="Last seven days" traffic={view.week} />
      </div>
      <div class="ledger-tools">
        <h2>Every request</h2>
        <label>
          Shown:
          <select
            value={view.days}
            onChange={(event) => send({ type: "ledger_days_set", days: Number(event.currentTarget.value) })}
          >
            <option value={1}>today</option>
            <option value={7}>seven days</option>
            <option value={31}>a month</option>
            <option value={366}>a year</option>
          </select>
        </label>
        <button type="button" class="button" onClick={() => send({ type: "ledger_exported" })}>
          <Icon name="save" /> Export…
        </button>
      </div>
      {rows.length === 0 ? (
        <p class="quiet-words">Nothing is on record for this time.</p>
      ) : (
        <div class="ledger-scroller">
          <table class="ledger-lines">
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">For</th>
                <th scope="col">Where to</th>
                <th scope="col" class="number">
                  Out
                </th>
                <th scope="col" class="number">
                  In
                </th>
                <th scope="col">Answer</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <LedgerRowView key={row.lines[0].id} row={row} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {view.more > 0 && (
        <p class="quiet-words">
          {view.more.toLocaleString("en")} earlier requests are on record too; the export has all of them.
        </p>
      )}
    </article>
  );
}

function Totals({ title, traffic }: { title: string; traffic: LedgerTraffic }) {
  return (
    <table class="total">
      <caption>{title}</caption>
      <thead class="unseen">
        <tr>
          <th scope="col">Place</th>
          <th scope="col">Requests</th>
          <th scope="col">Sent</th>
          <th scope="col">Received</th>
        </tr>
      </thead>
      <tbody>
        {(["machine", "network", "internet"] as const).map((where) => (
          <tr key={where} class={where !== "machine" && traffic[where].requests > 0 ? "total-out" : ""}>
            <th scope="row">
              <Icon name={placeLooks[where].icon} /> {placeLooks[where].words}
            </th>
            <td class="number">{traffic[where].requests.toLocaleString("en")}</td>
            <td class="number">{readableBytes(traffic[where].bytesOut)} out</td>
            <td class="number">{readableBytes(traffic[where].bytesIn)} in</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
