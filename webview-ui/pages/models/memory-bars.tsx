import { readableMemory } from "../../../src/core/text/sizes";
import type { CatalogueBar } from "../../../src/protocol/pages";

type Kind = CatalogueBar["parts"][number]["kind"];

const kinds: Record<Kind, string> = {
  used: "in use now",
  weights: "weights",
  kv: "context",
  overhead: "working memory",
  free: "free",
  kept: "left to other programs",
  missing: "missing",
};

const memories = { graphics: "Graphics memory", ram: "RAM", shared: "Shared memory" };

/** Where a model would lie: one bar for each memory, drawn to scale. What is missing goes beyond the end of its memory. */
export function MemoryBars({ bars, name }: { bars: readonly CatalogueBar[]; name: string }) {
  return (
    <div class="bars">
      {bars.map((bar) => (
        <Bar key={bar.memory} bar={bar} name={name} />
      ))}
    </div>
  );
}

function Bar({ bar, name }: { bar: CatalogueBar; name: string }) {
  const width = bar.parts.reduce((sum, { bytes }) => sum + bytes, 0) || 1;
  const words = bar.parts.map(({ kind, bytes }) => `${kinds[kind]} ${readableMemory(bytes)}`).join(", ");
  return (
    <div class="bar-row">
      <span class="bar-name">
        {memories[bar.memory]} <span class="quiet-words">{readableMemory(bar.totalBytes)}</span>
      </span>
      <div class="bar" role="img" aria-label={`${name}, ${memories[bar.memory]}: ${words}`} title={words}>
        {bar.parts.map(({ kind, bytes }) => (
          <span key={kind} class={`bar-${kind}`} style={{ width: `${(bytes / width) * 100}%` }} />
        ))}
      </div>
    </div>
  );
}

/** What the colours mean; the same order as in the bars. */
export function MemoryLegend() {
  return (
    <ul class="legend" aria-label="What the bars show">
      {(Object.keys(kinds) as Kind[]).map((kind) => (
        <li key={kind}>
          <span class={`swatch bar-${kind}`} aria-hidden="true" /> {kinds[kind]}
        </li>
      ))}
    </ul>
  );
}
