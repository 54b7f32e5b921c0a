import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface GrowingInputProps {
  label: string;
  placeholder: string;
  value: string;
  maxRows: number;
  onChange: (text: string) => void;
  onKeyDown?: (event: KeyboardEvent) => void;
  input?: RefObject<HTMLTextAreaElement | null>;
  class?: string;
}

/** A text area as high as its text, up to `maxRows`. */
export function GrowingInput(props: GrowingInputProps) {
  const own = useRef<HTMLTextAreaElement>(null);
  const input = props.input ?? own;
  useLayoutEffect(() => {
    const element = input.current;
    if (element) {
      fitHeight(element, props.maxRows);
    }
  }, [input, props.value, props.maxRows]);
  return (
    <textarea
      ref={input}
      rows={1}
      class={props.class ?? "input"}
      aria-label={props.label}
      placeholder={props.placeholder}
      value={props.value}
      onInput={(event) => props.onChange(event.currentTarget.value)}
      onKeyDown={(event) => props.onKeyDown?.(event)}
    />
  );
}

function fitHeight(element: HTMLTextAreaElement, maxRows: number): void {
  const style = getComputedStyle(element);
  const padding = Number.parseFloat(style.paddingTop) + Number.parseFloat(style.paddingBottom);
  const border = element.offsetHeight - element.clientHeight;
  const highest = Number.parseFloat(style.lineHeight) * maxRows + padding + border;
  element.style.height = "auto";
  element.style.height = `${Math.min(element.scrollHeight + border, highest)}px`;
}
