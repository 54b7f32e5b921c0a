/** Markdown files are bundled as text. */
declare module "*.md" {
  const text: string;
  export default text;
}

/** Any file as text, for tests. */
declare module "*?raw" {
  const text: string;
  export default text;
}
