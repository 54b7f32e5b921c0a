import type { ModelStatus } from "./watch";

/** Progress that says enough to tell from it how long the rest takes. */
const tellingShare = 0.05;

/** What the server does, in a few words for the person who waits. Undefined while the reply itself shows it. */
export function describeStatus(status: ModelStatus): string | undefined {
  switch (status.phase) {
    case "queued":
      return "Waiting: another request is at work on this server";
    case "finishing":
      return "The server is finishing its last step";
    case "loading":
      return `Loading the model… ${seconds(status.elapsedMs)} so far`;
    case "reading":
      return describeReading(status);
    case "silent":
      return describeSilence(status);
    case "writing":
    case "done":
      return undefined;
  }
}

function describeReading({ elapsedMs, progress, expectedMs }: Extract<ModelStatus, { phase: "reading" }>): string {
  const left = leftMs(elapsedMs, progress, expectedMs);
  const share = progress ?? shareOf(elapsedMs, expectedMs);
  const parts = [
    share === undefined ? undefined : `${progress === undefined ? "about " : ""}${Math.floor(share * 100)} %`,
    left === undefined ? `${seconds(elapsedMs)} so far` : left < 1_000 ? undefined : `about ${seconds(left)} left`,
  ].filter((part) => part !== undefined);
  return `Reading your prompt: ${parts.join(", ")}`;
}

/** By the server's own word where there is one, else by how fast this model read before. */
function leftMs(elapsedMs: number, progress: number | undefined, expectedMs: number | undefined): number | undefined {
  if (progress !== undefined && progress >= tellingShare && elapsedMs >= 1_000) {
    return (elapsedMs / progress) * (1 - progress);
  }
  return expectedMs === undefined || expectedMs <= elapsedMs ? undefined : expectedMs - elapsedMs;
}

function shareOf(elapsedMs: number, expectedMs: number | undefined): number | undefined {
  return expectedMs === undefined || elapsedMs >= expectedMs ? undefined : elapsedMs / expectedMs;
}

function describeSilence({ elapsedMs, alive }: Extract<ModelStatus, { phase: "silent" }>): string {
  const silence = `Nothing has come for ${seconds(elapsedMs)}`;
  if (alive === undefined) {
    return silence;
  }
  return alive ? `${silence}; the server still answers` : `${silence}, and the server does not answer. You can stop.`;
}

function seconds(ms: number): string {
  const whole = Math.max(1, Math.round(ms / 1_000));
  return whole < 120 ? `${whole} s` : `${Math.round(whole / 60)} min`;
}
