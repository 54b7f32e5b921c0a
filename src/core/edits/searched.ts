import { keyOf } from "./find";
import { type IndentUnit, indentUnitOf } from "./indent-style";
import { Source } from "./source";

/** A file's text with what looking for edits needs to know of it; worked out once, when first asked for. */
export class Searched {
  readonly source: Source;
  private madeKeys: string[] | undefined;
  private madeUnit: { unit: IndentUnit } | undefined;

  constructor(raw: string) {
    this.source = new Source(raw);
  }

  /** Every line without the white space that does not matter. */
  get keys(): readonly string[] {
    this.madeKeys ??= this.source.lines.map(keyOf);
    return this.madeKeys;
  }

  /** How the file indents. */
  get unit(): IndentUnit {
    this.madeUnit ??= { unit: indentUnitOf(this.source.lines) };
    return this.madeUnit.unit;
  }
}
