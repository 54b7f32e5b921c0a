/** An address that a press may show to the user: http or https, and short enough to be read whole. */
export function isPressable(href: string): boolean {
  return href.length <= 2_000 && /^https?:\/\/[^\s]+$/i.test(href) && URL.canParse(href);
}

/** True when the words of a link name another place than the one it leads to. */
export function isMisleading(words: string, href: string): boolean {
  const named = /(?:https?:\/\/)?((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})/iu.exec(words)?.[1];
  if (named === undefined || !URL.canParse(href)) {
    return false;
  }
  const host = new URL(href).hostname.toLowerCase();
  const said = named.toLowerCase();
  return host !== said && !host.endsWith(`.${said}`) && looksLikeHost(words, said);
}

function looksLikeHost(words: string, said: string): boolean {
  return /^\s*https?:\/\//i.test(words) || words.trim().toLowerCase().startsWith(said);
}
