import { CopyButton } from "../copy-button";
import { memo } from "../memo";
import { escapeText } from "../text/escape-text";
import { SafeText } from "../text/safe-text";

const linesPerPart = 60;

/** Code in parts, so that while a long block streams only its last part is laid out again. */
export const CodeBlock = memo(function CodeBlock({ text, language }: { text: string; language: string }) {
  return (
    <div class="code-block">
      <div class="code-head">
        <span class="code-language">
          <SafeText text={language} />
        </span>
        <CopyButton what="code" text={escapeText(text)} />
      </div>
      <pre>
        <code>
          {splitParts(text).map((part, index) => (
            <CodePart key={index} text={part} />
          ))}
        </code>
      </pre>
    </div>
  );
});

const CodePart = memo(function CodePart({ text }: { text: string }) {
  return (
    <span class="code-part">
      <SafeText text={text} />
    </span>
  );
});

/** Pieces of at most `linesPerPart` lines; joined they are the text, but for the line feeds between pieces. */
export function splitParts(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    lines += 1;
    if (lines === linesPerPart) {
      parts.push(text.slice(from, at));
      from = at + 1;
      lines = 0;
    }
  }
  parts.push(text.slice(from));
  return parts;
}
