import type { Token } from "marked";
import type { ComponentChildren } from "preact";
import { useSend } from "../host";
import { decodeEntities } from "../text/entities";
import { escapeText } from "../text/escape-text";
import { SafeText } from "../text/safe-text";
import { isMisleading, isPressable } from "./links";

/** Deeper nesting is shown as its source. */
const deepest = 24;

export function Inline({ tokens, depth = 0 }: { tokens: readonly Token[]; depth?: number }) {
  return (
    <>
      {tokens.map((token, index) => (
        <InlineToken key={index} token={token} depth={depth} />
      ))}
    </>
  );
}

function InlineToken({ token, depth }: { token: Token; depth: number }) {
  if (depth > deepest) {
    return <SafeText text={token.raw} />;
  }
  const inside = <Inline tokens={tokensOf(token)} depth={depth + 1} />;
  switch (token.type) {
    case "strong":
      return <strong>{inside}</strong>;
    case "em":
      return <em>{inside}</em>;
    case "del":
      return <del>{inside}</del>;
    case "br":
      return <br />;
    case "codespan":
      return (
        <code>
          <SafeText text={textOf(token)} />
        </code>
      );
    case "link":
      return (
        <Link href={hrefOf(token)} words={textOf(token)}>
          {inside}
        </Link>
      );
    case "image":
      return <Image alt={textOf(token)} href={hrefOf(token)} />;
    case "checkbox":
      return <Checkbox isChecked={"checked" in token && token.checked === true} />;
    case "text":
      return tokensOf(token).length > 0 ? inside : <SafeText text={decodeEntities(textOf(token))} />;
    case "escape":
      return <SafeText text={textOf(token)} />;
    default:
      return <SafeText text={token.raw} />;
  }
}

function tokensOf(token: Token): Token[] {
  return "tokens" in token ? (token.tokens ?? []) : [];
}

function textOf(token: Token): string {
  return "text" in token && typeof token.text === "string" ? token.text : token.raw;
}

function hrefOf(token: Token): string {
  return "href" in token && typeof token.href === "string" ? token.href : "";
}

function Link({ href, words, children }: { href: string; words: string; children: ComponentChildren }) {
  const send = useSend();
  if (!isPressable(href)) {
    return (
      <span class="inert-link">
        {children}
        {href !== words && <Address href={href} />}
      </span>
    );
  }
  return (
    <>
      <button
        type="button"
        class="link"
        title={escapeText(href)}
        onClick={() => send({ type: "link_pressed", url: href })}
      >
        {children}
      </button>
      {isMisleading(words, href) && <Address href={href} />}
    </>
  );
}

/** Images are never fetched: what they say and where they lie is text. */
function Image({ alt, href }: { alt: string; href: string }) {
  return (
    <span class="image-text">
      <span class="codicon codicon-file-media" aria-hidden="true" /> <SafeText text={alt || "image"} />
      <Address href={href} />
    </span>
  );
}

function Address({ href }: { href: string }) {
  return (
    <span class="address">
      {" ("}
      <SafeText text={href} />)
    </span>
  );
}

function Checkbox({ isChecked }: { isChecked: boolean }) {
  return (
    <span
      class={`codicon codicon-${isChecked ? "pass" : "circle-large-outline"}`}
      role="img"
      aria-label={isChecked ? "Done:" : "To do:"}
    />
  );
}
