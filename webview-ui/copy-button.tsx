import { useEffect, useState } from "preact/hooks";

/** Copies what is seen: a character that cannot be seen is copied as its name. */
export function CopyButton({ what, text }: { what: string; text: string }) {
  const [outcome, setOutcome] = useState<"copied" | "failed" | undefined>(undefined);
  useEffect(() => {
    if (outcome === undefined) {
      return;
    }
    const timer = setTimeout(() => setOutcome(undefined), 2_000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setOutcome("copied"),
      () => setOutcome("failed"),
    );
  const label = outcome === "copied" ? "Copied" : outcome === "failed" ? "Could not copy" : `Copy ${what}`;
  const icon = outcome === "copied" ? "check" : outcome === "failed" ? "error" : "copy";
  return (
    <button type="button" class="icon-button" title={label} aria-label={label} onClick={copy}>
      <span class={`codicon codicon-${icon}`} aria-hidden="true" />
    </button>
  );
}
