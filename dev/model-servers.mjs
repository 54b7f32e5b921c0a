/** Where local model servers listen when nobody told them otherwise. */
const USUAL = [
  { port: 11434, name: "Ollama" },
  { port: 1234, name: "LM Studio" },
  { port: 8080, name: "llama.cpp" },
  { port: 9931, name: "llama.cpp" },
  { port: 8000, name: "vLLM" },
  { port: 30000, name: "SGLang" },
];

/**
 * Asks every usual port for its models.
 * @param {readonly { port: number, name: string }[]} places
 * @param {number} timeoutMs
 */
export async function findModelServers(places = USUAL, timeoutMs = 1_000) {
  const answers = await Promise.all(places.map((place) => ask(place, timeoutMs)));
  return answers.filter((answer) => answer !== undefined);
}

/**
 * @param {{ port: number, name: string }} place
 * @param {number} timeoutMs
 */
async function ask({ port, name }, timeoutMs) {
  const address = `http://127.0.0.1:${port}`;
  try {
    const response = await fetch(`${address}/v1/models`, { redirect: "error", signal: AbortSignal.timeout(timeoutMs) });
    /** @type {{ data: { id: string }[] }} */
    const list = JSON.parse(await response.text());
    return { address, name, models: list.data.map(({ id }) => id) };
  } catch {
    return undefined; // nothing listens there, or something that is no model server
  }
}

/**
 * One line on what was found.
 * @param {readonly { address: string, name: string, models: string[] }[]} found
 */
export function describeServers(found) {
  if (found.length === 0) {
    return "No local model server answers. Hearth works without one: choose the practice model (a script) in its panel.";
  }
  const each = found.map(({ address, name, models }) => `${address} (${name}'s usual port; ${listModels(models)})`);
  return `Local model server found: ${each.join(", ")}.`;
}

/** @param {readonly string[]} models */
function listModels(models) {
  const more = models.length > 3 ? ` and ${models.length - 3} more` : "";
  return models.length === 0 ? "no model loaded" : `${models.slice(0, 3).join(", ")}${more}`;
}
