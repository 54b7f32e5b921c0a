import { type ModelCard, modelCards } from "../../endpoint/catalogue/cards";
import { catalogue, findInCatalogue } from "../../endpoint/catalogue/catalogue";
import { type MachineMemory, withoutLoaded } from "../../endpoint/catalogue/memory";
import { agentContexts } from "../../endpoint/catalogue/words";
import { describeHardware, type Hardware } from "../../machine/hardware/hardware";
import type { CatalogueEntry, CatalogueView } from "../../protocol/pages";
import type { Candidate } from "./model-choice";

/** Which models fit this machine, from the machine's memory and what its servers have. Nothing is fetched for it. */
export function viewCatalogue(hardware: Hardware, candidates: readonly Candidate[]): CatalogueView {
  const local = candidates.filter(({ view }) => view.locality === "machine" && !view.practice);
  const cards = modelCards(withoutLoaded(memoryOf(hardware), loadedOf(local)));
  const entries = cards.map((card) => entryOf(card, local));
  return {
    machine: describeHardware(hardware),
    machineNotes: [
      ...hardware.notes,
      ...(loadedOf(local).length > 0 ? ["Memory that a loaded model holds now is counted as free."] : []),
    ],
    setup: local.length > 0 ? [] : setupFor(hardware, entries),
    entries,
    asOf: catalogue().asOf,
  };
}

function memoryOf({ ram, graphics, isShared }: Hardware): MachineMemory {
  return {
    ram: { totalBytes: ram.totalBytes, availableBytes: ram.availableBytes },
    graphics: graphics?.map(({ name, totalBytes, freeBytes }) => ({ name, totalBytes, freeBytes })),
    isShared,
  };
}

/** A model that is loaded makes room when another takes its place. */
function loadedOf(candidates: readonly Candidate[]): { bytes: number; onGpu: number | undefined }[] {
  return candidates.flatMap(({ loaded, facts }) =>
    loaded === true && facts?.sizeBytes !== undefined ? [{ bytes: facts.sizeBytes, onGpu: facts.onGpu }] : [],
  );
}

function entryOf(card: ModelCard, local: readonly Candidate[]): CatalogueEntry {
  const { recommendation, bars, maker, licence, scores, notes } = card;
  const { modelId, name, suitability, reason, pull, contextTokens, fit } = recommendation;
  const here = local.find(({ view }) => findInCatalogue(view.model)?.id === modelId);
  return {
    id: modelId,
    name,
    maker,
    suitability,
    reason,
    ...(here === undefined ? {} : { here: `${here.view.model} (${here.view.name})` }),
    bars,
    ...(pull === undefined ? {} : { pull }),
    contextTokens,
    facts: factsOf(card),
    sourced: [
      { name: "Licence", ...sourced(licence), text: `${licence.name}. ${licence.classTitle}: ${licence.text}` },
      ...(card.fourBit ? [{ name: "At 4 bits", ...sourced(card.fourBit) }] : []),
      ...(card.eightBit ? [{ name: "At 8 bits", ...sourced(card.eightBit) }] : []),
      ...(card.cachePerToken ? [{ name: "Cache", ...sourced(card.cachePerToken) }] : []),
      ...card.sampling.map((advice) => ({ name: "Sampling", ...sourced(advice) })),
    ],
    scores: scores.map((score) => ({ ...sourced(score), by: score.by })),
    notes: [
      ...fit.notes.filter((note) => note !== reason),
      ...(card.ollama === undefined ? [] : [card.ollama]),
      ...notes,
    ],
  };
}

function factsOf({
  parameters,
  context,
  thinking,
  toolFormat,
  vision,
  repository,
}: ModelCard): CatalogueEntry["facts"] {
  return [
    { name: "Parameters", value: parameters },
    { name: "Context", value: context },
    { name: "Thinking", value: thinking },
    { name: "Tool format", value: toolFormat },
    { name: "Pictures", value: vision ? "reads them" : "text only" },
    { name: "Repository", value: repository },
  ];
}

const evidenceWords = {
  read: "read in the source",
  thread: "from an issue",
  third_party: "from a third party",
  computed: "worked out",
  unverified: "not verified",
} as const;

function sourced({ text, source, evidence }: { text: string; source: string; evidence: keyof typeof evidenceWords }) {
  return { text, source, evidence: evidenceWords[evidence] };
}

/** What to install on this machine, in the order in which it is done. */
function setupFor({ platform }: Hardware, entries: readonly CatalogueEntry[]): CatalogueView["setup"] {
  const best = entries.find(({ suitability, pull }) => suitability !== "no" && pull !== undefined);
  const install = {
    linux: { text: "Install Ollama, for example from ollama.com/download, or with your package manager." },
    macos: { text: "Install Ollama from ollama.com/download, or with Homebrew.", copy: "brew install ollama" },
    windows: { text: "Install Ollama from ollama.com/download, or with winget.", copy: "winget install Ollama.Ollama" },
    other: { text: "Install a model server: Ollama, LM Studio, llama.cpp, vLLM or SGLang." },
  }[platform];
  const last = { text: "Come back to Hearth and press “Search again”. It finds the server by itself." };
  if (best?.pull === undefined) {
    const other = "No model of the list below fits this machine well. A server on your network is another way:";
    return [{ text: `${other} name it in the setting hearth.endpoints.` }, last];
  }
  const fits = best.suitability === "best" || best.suitability === "usable";
  const fetch = fits
    ? `Fetch ${best.name}, which suits this machine best.`
    : `Nothing of the list below fits this machine well. ${best.name} comes closest; expect it to be slow or to lose track.`;
  const window = Math.max(best.contextTokens, agentContexts.least);
  const start = `Start the server with a window of at least ${window.toLocaleString("en")} tokens; its own choice is often too short.`;
  return [
    install,
    { text: fetch, copy: best.pull },
    { text: start, copy: `OLLAMA_CONTEXT_LENGTH=${window} ollama serve` },
    last,
  ];
}
