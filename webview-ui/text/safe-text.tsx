import { hidesSomething, splitEscapes } from "./escape-text";

/** Untrusted text. Characters that cannot be seen appear by name, set apart from real text of the same form. */
export function SafeText({ text }: { text: string }) {
  if (!hidesSomething(text)) {
    return <>{text}</>;
  }
  return (
    <>
      {splitEscapes(text).map((part, index) =>
        part.isEscape ? (
          <span key={index} class="escaped" title="A character that cannot be seen">
            {part.text}
          </span>
        ) : (
          part.text
        ),
      )}
    </>
  );
}
