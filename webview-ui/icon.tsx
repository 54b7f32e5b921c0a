/** A codicon that only decorates; the words beside it say the same. */
export function Icon({ name, spins = false }: { name: string; spins?: boolean }) {
  return <span class={`codicon codicon-${name} ${spins ? "codicon-modifier-spin" : ""}`} aria-hidden="true" />;
}
