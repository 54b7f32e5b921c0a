import { isSecretLike } from "../../core/gate/protected";

/** Hidden folders that people edit by hand. */
const usefulFolders = new Set([
  ".changeset",
  ".circleci",
  ".claude",
  ".config",
  ".cursor",
  ".devcontainer",
  ".docker",
  ".forgejo",
  ".gitea",
  ".github",
  ".gitlab",
  ".husky",
  ".storybook",
  ".vscode",
  ".well-known",
]);

/** Folders so large or so private that they are entered only when a search or a listing names them. */
export const neverEntered = [
  ".git",
  ".hg",
  ".svn",
  ".jj",
  ".cache",
  ".gradle",
  ".mypy_cache",
  ".next",
  ".nuxt",
  ".parcel-cache",
  ".pnpm-store",
  ".pytest_cache",
  ".ruff_cache",
  ".terraform",
  ".tox",
  ".turbo",
  ".venv",
  ".vscode-test",
  ".yarn",
  "__pycache__",
  "node_modules",
];

/**
 * Whether a file is listed and searched: nothing that looks like a secret, and of hidden folders only those people
 * edit by hand. What the caller named itself (`asked`) is not judged as hidden. Paths are workspace-relative.
 */
export function isShown(path: string, asked: string): boolean {
  const below = asked === "." ? path : path.slice(asked.length + 1);
  const folders = below.split("/").slice(0, -1);
  return folders.every((name) => !name.startsWith(".") || usefulFolders.has(name)) && !isSecretLike(path);
}
