/**
 * Which paths always ask, and which hold secrets. Pure and platform-independent: every spelling that some
 * file system would take for a protected name counts as that name, so a wrong guess only means one more question.
 */

/** Folders whose whole content is protected, wherever they stand. */
const protectedFolders = new Set([
  ".git",
  ".hg",
  ".svn",
  ".vscode",
  ".vscode-server",
  ".devcontainer",
  ".husky",
  ".cursor",
  ".claude",
  ".gemini",
  ".codex",
  ".continue",
  ".windsurf",
  ".kiro",
  ".idea",
  ".fleet",
  ".zed",
  ".hearth",
  ".ssh",
  ".gnupg",
  ".aws",
]);

const protectedFolderPatterns = [/^\.roo/, /^\.clinerules/];

/** Two-part folders: the parent alone is harmless. */
const protectedPairs = new Set([".github/workflows", ".github/actions", ".github/instructions", ".config/git"]);

const protectedFiles = new Set([
  ".npmrc",
  ".pnpmfile.cjs",
  ".pnpmfile.mjs",
  ".gitattributes",
  ".gitmodules",
  ".gitconfig",
  ".envrc",
  ".devcontainer.json",
  "agents.md",
  "agent.md",
  "claude.md",
  "claude.local.md",
  "gemini.md",
  "copilot-instructions.md",
  ".cursorrules",
  ".cursorignore",
  ".windsurfrules",
  ".goosehints",
  ".aider.conf.yml",
  "mcp.json",
  ".mcp.json",
  ".bashrc",
  ".bash_profile",
  ".bash_login",
  ".bash_logout",
  ".bash_aliases",
  ".profile",
  ".zshrc",
  ".zshenv",
  ".zprofile",
  ".zlogin",
  ".zlogout",
  ".cshrc",
  ".tcshrc",
  ".kshrc",
  ".login",
  ".inputrc",
  ".vimrc",
  ".nvimrc",
  ".exrc",
  ".gdbinit",
  ".lldbinit",
  ".tmux.conf",
  ".irbrc",
  ".pryrc",
  ".pythonrc",
  ".pythonrc.py",
  ".rprofile",
  ".curlrc",
  ".wgetrc",
  ".netrc",
  ".mise.toml",
  "mise.toml",
  ".pre-commit-config.yaml",
  "lefthook.yml",
  "lefthook.yaml",
  ".lefthook.yml",
  ".simple-git-hooks.json",
  "sitecustomize.py",
  "usercustomize.py",
]);

const protectedFilePatterns = [
  /^\.env/,
  /^\.yarnrc/,
  /\.code-workspace$/,
  /^microsoft\..*profile\.ps1$/,
  /^profile\.ps1$/,
];

const secretFiles = new Set([
  "id_rsa",
  "id_dsa",
  "id_ecdsa",
  "id_ed25519",
  "id_ecdsa_sk",
  "id_ed25519_sk",
  ".envrc",
  ".npmrc",
  ".pypirc",
  ".netrc",
  "_netrc",
  ".pgpass",
  ".my.cnf",
  ".git-credentials",
  ".htpasswd",
  ".dockercfg",
  ".vault-token",
  ".terraformrc",
  "terraform.rc",
  "credentials",
  "credentials.json",
  "credentials.xml",
  "client_secret.json",
  "secrets",
  "secrets.json",
  "secrets.yml",
  "secrets.yaml",
  "secrets.toml",
  "secrets.env",
  "secrets.txt",
  "secret.json",
  "secret.yml",
  "secret.yaml",
  "secret.toml",
  "secret.txt",
  "auth.json",
  "master.key",
  "kubeconfig",
  "application_default_credentials.json",
]);

const secretFilePatterns = [
  /^\.env($|[._-])/,
  /\.env$/,
  /\.(pem|key|p12|pfx|p8|jks|keystore|kdbx|ppk|asc|gpg|pgp|age|tfstate|tfvars|ovpn)$/,
  /\.tfstate\.backup$/,
  /^service[-_]account.*\.json$/,
  /^client_secret.*\.json$/,
];

const openEnvFiles = /^\.env[._-](example|sample|template|dist|defaults)$/;

const secretFolders = new Set([".ssh", ".gnupg", ".aws", ".azure", ".kube", ".password-store"]);

const secretPairs = new Set([".docker/config.json", ".config/gcloud", ".config/gh", ".git/config", ".git/credentials"]);

/**
 * Whether a change to this path asks in every mode: settings of editors and agents, hooks, start-up files, package
 * manager configuration, and everything outside the workspace. Paths are workspace-relative.
 */
export function isProtected(relativePath: string): boolean {
  if (leavesWorkspace(relativePath)) {
    return true;
  }
  const parts = canonicalParts(relativePath);
  return (
    parts.some((part) => isShortName(part) || protectedFolders.has(part)) ||
    parts.some((part) => protectedFolderPatterns.some((pattern) => pattern.test(part))) ||
    pairs(parts).some((pair) => protectedPairs.has(pair)) ||
    parts.some((part) => protectedFiles.has(part) || protectedFilePatterns.some((pattern) => pattern.test(part)))
  );
}

/** Whether the content is likely a credential: it is never listed, searched or read without asking. */
export function isSecretLike(relativePath: string): boolean {
  const parts = canonicalParts(relativePath);
  const name = parts.at(-1) ?? "";
  if (openEnvFiles.test(name)) {
    return false;
  }
  return (
    secretFiles.has(name) ||
    secretFilePatterns.some((pattern) => pattern.test(name)) ||
    parts.some((part) => secretFolders.has(part)) ||
    pairs(parts).some((pair) => secretPairs.has(pair))
  );
}

function leavesWorkspace(path: string): boolean {
  const slashed = path.replaceAll("\\", "/");
  return (
    slashed.startsWith("/") ||
    slashed.startsWith("~") ||
    /^[A-Za-z]:/.test(slashed) ||
    slashed.includes("\0") ||
    climbs(slashed.split("/"))
  );
}

function climbs(parts: readonly string[]): boolean {
  let depth = 0;
  for (const part of parts) {
    if (part === "..") {
      depth -= 1;
    } else if (part !== "" && part !== ".") {
      depth += 1;
    }
    if (depth < 0) {
      return true;
    }
  }
  return false;
}

/** Separators unified, `.` and `..` resolved, each name folded as the most forgiving file system would. */
function canonicalParts(path: string): string[] {
  const parts: string[] = [];
  for (const raw of path.split(/[\\/]/)) {
    if (raw === "..") {
      parts.pop();
    } else if (raw !== "" && raw !== ".") {
      parts.push(foldName(raw));
    }
  }
  return parts;
}

function foldName(name: string): string {
  return name
    .normalize("NFKC")
    .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
    .toUpperCase()
    .toLowerCase()
    .normalize("NFC")
    .replace(/(.):.*$/u, "$1")
    .replace(/[. ]+$/u, "");
}

/** `VSCODE~1`: what it stands for cannot be known from the name. */
function isShortName(part: string): boolean {
  return /^[^./]{1,8}~\d{1,6}(\.[^.]{0,3})?$/.test(part);
}

function pairs(parts: readonly string[]): string[] {
  return parts.slice(1).map((part, index) => `${parts[index]}/${part}`);
}
