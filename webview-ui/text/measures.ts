/** `1.2 kB`: sizes of text as people read them. */
export function readableSize(characters: number): string {
  if (characters < 1_000) {
    return `${characters} characters`;
  }
  return characters < 1_000_000
    ? `${(characters / 1_000).toFixed(characters < 10_000 ? 1 : 0)} kB`
    : `${(characters / 1_000_000).toFixed(1)} MB`;
}

/** `850`, `12.4k`, `131k`. */
export function readableTokens(tokens: number): string {
  if (tokens < 1_000) {
    return `${tokens}`;
  }
  return `${(tokens / 1_000).toFixed(tokens < 100_000 ? 1 : 0).replace(/\.0$/, "")}k`;
}

/** `0.4 s`, `12 s`, `3 min 5 s`. */
export function readableDuration(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 60) {
    return seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
  }
  const whole = Math.round(seconds);
  return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** `42`, `7.5`. */
export function readableSpeed(tokensPerSecond: number): string {
  return tokensPerSecond.toFixed(tokensPerSecond < 10 ? 1 : 0);
}

/** `just now`, `5 min ago`, `3 h ago`, else the day. */
export function readableTime(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000);
  if (minutes < 1) {
    return "just now";
  }
  if (minutes < 60) {
    return `${minutes} min ago`;
  }
  return minutes < 24 * 60
    ? `${Math.floor(minutes / 60)} h ago`
    : new Date(at).toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" });
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}
