import type { ToPage } from "../../src/protocol/pages";
import { Icon } from "../icon";
import { SafeText } from "../text/safe-text";
import { EscalationPreview } from "./escalation/escalation-preview";
import { LedgerTable } from "./ledger/ledger-table";
import { CatalogueList } from "./models/catalogue-list";
import { CheckUpReport } from "./models/check-up-report";

interface PageViewProps {
  shown: ToPage | undefined;
  failure: Extract<ToPage, { type: "page_failed" }> | undefined;
  onDismiss: () => void;
}

export function PageView({ shown, failure, onDismiss }: PageViewProps) {
  return (
    <div class="page">
      {failure && <Failed failure={failure} onDismiss={onDismiss} />}
      {shown ? <Shown shown={shown} /> : !failure && <p class="quiet page-waiting">One moment…</p>}
    </div>
  );
}

function Shown({ shown }: { shown: ToPage }) {
  switch (shown.type) {
    case "escalation_shown":
      return <EscalationPreview view={shown.view} />;
    case "ledger_shown":
      return <LedgerTable view={shown.view} />;
    case "check_up_shown":
      return <CheckUpReport view={shown.view} />;
    case "catalogue_shown":
      return <CatalogueList view={shown.view} />;
    case "page_failed":
      return null;
  }
}

function Failed({ failure, onDismiss }: { failure: { message: string; remedy: string }; onDismiss: () => void }) {
  return (
    <div class="notice notice-bad" role="alert">
      <Icon name="error" />
      <p>
        <SafeText text={failure.message} /> <span class="quiet-words">{failure.remedy}</span>
      </p>
      <button type="button" class="icon-button" title="Dismiss" aria-label="Dismiss" onClick={onDismiss}>
        <Icon name="close" />
      </button>
    </div>
  );
}
