import type { EscalationPart } from "../../../src/protocol/pages";
import { SafeText } from "../../text/safe-text";

type Text = EscalationPart["texts"][number];

/** A text as it would be sent, with the places marked where a secret was taken out. */
export function MarkedText({ text, marks }: Pick<Text, "text" | "marks">) {
  const pieces: { text: string; isMark: boolean; at: number }[] = [];
  let at = 0;
  for (const { from, to } of marks) {
    pieces.push({ text: text.slice(at, from), isMark: false, at });
    pieces.push({ text: text.slice(from, to), isMark: true, at: from });
    at = to;
  }
  pieces.push({ text: text.slice(at), isMark: false, at });
  return (
    <pre class="sent-text">
      {pieces
        .filter((piece) => piece.text !== "")
        .map((piece) =>
          piece.isMark ? (
            <mark key={piece.at} class="taken-out" title="A secret stood here. This is sent in its place.">
              {piece.text}
            </mark>
          ) : (
            <SafeText key={piece.at} text={piece.text} />
          ),
        )}
    </pre>
  );
}
