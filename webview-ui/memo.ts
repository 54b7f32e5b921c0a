import { Component, type ComponentChildren, type FunctionComponent, h } from "preact";

/** Renders again only when a property is another one than before. */
export function memo<Props extends object>(render: FunctionComponent<Props>): FunctionComponent<Props> {
  class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      const before = new Map<string, unknown>(Object.entries(this.props));
      const after = Object.entries(next);
      return after.length !== before.size || after.some(([name, value]) => before.get(name) !== value);
    }

    override render(): ComponentChildren {
      return h(render, this.props);
    }
  }
  return (props) => h(Memo, props);
}
