import { isBlank } from "./lines";

/** A line that stands for code it leaves out; `line` from 0. */
export interface Omission {
  line: number;
  text: string;
}

/**
 * The first line of `newText` that stands for code it leaves out, such as `// ... rest unchanged ...`. A line that the file itself
 * holds is no omission.
 */
export function findOmission(newText: string, fileLines: readonly string[], path = ""): Omission | undefined {
  const lines = newText.split(/\r\n|\r|\n/);
  let inFile: Set<string> | undefined;
  for (const [line, text] of lines.entries()) {
    if (isBlank(text) || text.length > 200 || !isOmission(text.trim(), path)) {
      continue;
    }
    inFile ??= new Set(fileLines.map((each) => each.trim()));
    if (!inFile.has(text.trim())) {
      return { line, text: text.trim() };
    }
  }
  return undefined;
}

/** Comment marks of the usual languages around one line; the middle is what it says. */
const comment =
  /^(?:\/\/+|\/\*+|#+|--+|<!--|\{\/\*|;+|%+|"""|'''|\(\*|REM\b)\s*(.*?)\s*(?:\*\/\}?|-->|\*\)|"""|''')?$/i;

function isOmission(line: string, path: string): boolean {
  const said = comment.exec(line)?.[1];
  if (said !== undefined) {
    return saysOmitted(said);
  }
  if (/^(?:\.{3,}|…)$/.test(line)) {
    return !dotsAreCode.test(path);
  }
  return /^(?:\.{3,}|…)/.test(line) || /^[[(<{].*[\])>}]$/.test(line) ? saysOmittedPlainly(strip(line)) : false;
}

/** Where a line of three dots means something: Python's Ellipsis, the end of a YAML document, prose. */
const dotsAreCode = /\.(pyi?|ya?ml|md|mdx|markdown|rst|txt|tex|adoc|ipynb)$/i;

const dots = /\.{3,}|…/;
const leftOut =
  /\b(rest|remain(?:ing|der|s)?|existing|previous|prior|original|other|others|unchanged|same|omitted|unmodified|untouched|above|before|below|elided|truncated|snip(?:ped)?|abbreviated)\b/i;
const leftOutAlone =
  /\b(rest|remain(?:ing|der|s)?|existing|previous|original|unchanged|omitted|unmodified|elided|truncated|snip(?:ped)?)\b/i;
const things =
  /\b(code|file|class|function|functions|method|methods|implementation|imports?|content|contents|lines?|logic|body|component|module|tests?|cases?|rules?|styles?|fields?|properties|props|routes?|handlers?|config(?:uration)?|definitions?|sections?|elements?|markup|entries|items|options|settings|keys|values|types?|variables|declarations|statements?|everything|stuff|part|parts|things?)\b/i;
const stays =
  /\b(unchanged|(?:remains?|stays?|is|are|kept?|left) (?:the )?(?:same|unchanged|as[- ](?:is|before)|untouched|intact)|same as (?:before|above|original|previous(?:ly)?)|as before|omitted|not shown|unmodified|untouched|no changes?(?: needed| here| below| above)?|goes here|stays here|continues? (?:here|as before|unchanged)|for brevity)\b/i;

/** What a comment says when it stands for code: dots and what they stand for, or plain words. */
function saysOmitted(said: string): boolean {
  if (/^(?:\.{3,}|…)$/.test(said)) {
    return true;
  }
  const isShort = strip(said).split(/\s+/).length <= 4 && leftOutAlone.test(said);
  if (dots.test(said) && leftOut.test(said) && (things.test(said) || isShort)) {
    return startsOrEndsWithDots(said);
  }
  return saysOmittedPlainly(strip(said));
}

function startsOrEndsWithDots(said: string): boolean {
  return /^[\s([<{]*(?:\.{3,}|…)/.test(said) || /(?:\.{3,}|…)[\s)\]>}]*$/.test(said);
}

function saysOmittedPlainly(words: string): boolean {
  if (words.length > 60) {
    return false;
  }
  return (
    (/^(?:the )?(?:rest|remainder|remaining)\b/i.test(words) &&
      (stays.test(words) ||
        /^(?:the )?(?:rest|remainder) of (?:the |your |this )?(?:existing |original )?(?:code|file|class|function|implementation|component|module|content|contents)$/i.test(
          words,
        ))) ||
    (/^(?:all )?(?:the )?(?:other|existing|previous|original|same)\b/i.test(words) &&
      things.test(words) &&
      (stays.test(words) ||
        /^(?:existing|previous|original) (?:code|implementation|content|imports|methods|functions)(?: here)?$/i.test(
          words,
        ))) ||
    /^(?:code )?(?:unchanged|same as before|as before|no changes?(?: needed| here| below| above)?|unmodified|omitted(?: for brevity)?)(?: code)?$/i.test(
      words,
    ) ||
    (/^(?:keep|leave) (?:the )?(?:rest|existing|other|remaining)\b/i.test(words) && things.test(words))
  );
}

/** The words without dots and brackets around them. */
function strip(said: string): string {
  return said
    .replace(/\.{3,}|…/g, " ")
    .replace(/^[\s([<{\-–—:]+|[\s)\]>}.\-–—:]+$/g, "")
    .trim();
}
