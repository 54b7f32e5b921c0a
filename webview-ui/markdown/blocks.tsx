import type { Token, Tokens } from "marked";
import { memo } from "../memo";
import { SafeText } from "../text/safe-text";
import { CodeBlock } from "./code-block";
import { Inline } from "./inline";
import type { Block } from "./markdown-stream";

const deepest = 12;

/** Markdown as nodes. No HTML is ever parsed: what looks like HTML is text. */
export function Blocks({ blocks }: { blocks: readonly Block[] }) {
  return (
    <div class="markdown">
      {blocks.map((block) => (
        <MarkdownBlock key={block.key} token={block.token} depth={0} />
      ))}
    </div>
  );
}

const MarkdownBlock = memo(function MarkdownBlock({ token, depth }: { token: Token; depth: number }) {
  if (depth > deepest) {
    return <PlainBlock text={token.raw} />;
  }
  switch (token.type) {
    case "paragraph":
      return (
        <p>
          <Inline tokens={token.tokens ?? []} />
        </p>
      );
    case "heading":
      return <Heading token={token as Tokens.Heading} />;
    case "code":
      return <CodeBlock text={(token as Tokens.Code).text} language={(token as Tokens.Code).lang ?? ""} />;
    case "list":
      return <List token={token as Tokens.List} depth={depth} />;
    case "blockquote":
      return (
        <blockquote>
          <Nested tokens={token.tokens ?? []} depth={depth + 1} />
        </blockquote>
      );
    case "table":
      return <Table token={token as Tokens.Table} />;
    case "hr":
      return <hr />;
    case "space":
      return null;
    case "text":
      return token.tokens ? (
        <p>
          <Inline tokens={token.tokens} />
        </p>
      ) : (
        <PlainBlock text={token.raw} />
      );
    default:
      return <PlainBlock text={token.raw} />;
  }
});

function Nested({ tokens, depth }: { tokens: readonly Token[]; depth: number }) {
  return (
    <>
      {tokens.map((token, index) => (
        <MarkdownBlock key={index} token={token} depth={depth} />
      ))}
    </>
  );
}

/** Headings of a reply stand below the panel's own title. */
const headingTags = ["h3", "h4", "h5", "h6", "h6", "h6"] as const;

function Heading({ token }: { token: Tokens.Heading }) {
  const Tag = headingTags[token.depth - 1] ?? "h6";
  return (
    <Tag class={`heading heading-${token.depth}`}>
      <Inline tokens={token.tokens} />
    </Tag>
  );
}

function List({ token, depth }: { token: Tokens.List; depth: number }) {
  const items = token.items.map((item, index) => (
    <li key={index} class={item.task ? "task-item" : undefined}>
      {item.tokens.map((inside, place) =>
        inside.type === "text" || inside.type === "checkbox" || (inside.type === "paragraph" && !item.loose) ? (
          <Inline key={place} tokens={[inside]} />
        ) : (
          <MarkdownBlock key={place} token={inside} depth={depth + 1} />
        ),
      )}
    </li>
  ));
  return token.ordered ? <ol start={token.start || 1}>{items}</ol> : <ul>{items}</ul>;
}

function Table({ token }: { token: Tokens.Table }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls inside its frame, by keyboard too
    <section class="table-frame" aria-label="Table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {token.header.map((cell, index) => (
              <th key={index} class={`align-${cell.align ?? "left"}`}>
                <Inline tokens={cell.tokens} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, place) => (
                <td key={place} class={`align-${cell.align ?? "left"}`}>
                  <Inline tokens={cell.tokens} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function PlainBlock({ text }: { text: string }) {
  return (
    <p class="plain-block">
      <SafeText text={text.replace(/\n+$/, "")} />
    </p>
  );
}
