/** A picture or link to a file of the repository: neither an address nor a place in the page. */
const OWN_FILE = String.raw`\((?![a-z][a-z\d+.-]*:|#)[^)]*\)`;

/**
 * The README as the package holds it, which has none of the repository's other files: its pictures are left out, so are
 * the links in a row of signposts (`[a](a.md) · [b](b.md) · `), and any other link becomes its words.
 * @param {string} readme
 */
export function packedReadme(readme) {
  return readme
    .replace(new RegExp(String.raw`^!\[[^\]]*\]${OWN_FILE}\n+`, "gm"), "")
    .replace(new RegExp(String.raw`\[[^\]]*\]${OWN_FILE} · `, "g"), "")
    .replace(new RegExp(String.raw`(?<!!)\[([^\]]*)\]${OWN_FILE}`, "g"), "$1");
}
