import type { ComponentChildren } from "preact";
import { Icon } from "./icon";
import { useKept } from "./task/kept-state";

interface DisclosureProps {
  /** The name under which the page remembers whether it is open. */
  name: string;
  label: ComponentChildren;
  startsOpen?: boolean;
  children: () => ComponentChildren;
}

/** A quiet line that opens; what is inside is made only when it is open. */
export function Disclosure({ name, label, startsOpen = false, children }: DisclosureProps) {
  const [isOpen, setOpen] = useKept(name, startsOpen);
  return (
    <div class="disclosure">
      <button type="button" class="disclosure-button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? "chevron-down" : "chevron-right"} />
        <span class="disclosure-label">{label}</span>
      </button>
      {isOpen && <div class="disclosure-body">{children()}</div>}
    </div>
  );
}
