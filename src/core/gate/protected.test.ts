import { expect, test } from "vitest";
import { isProtected, isSecretLike } from "./protected";

const protectedPaths = [
  ".git/config",
  ".git",
  "packages/a/.git/hooks/pre-commit",
  ".vscode/settings.json",
  ".vscode/tasks.json",
  "app.code-workspace",
  ".devcontainer/devcontainer.json",
  ".github/workflows/ci.yml",
  ".github/copilot-instructions.md",
  ".husky/pre-commit",
  ".npmrc",
  "packages/a/.npmrc",
  ".yarnrc",
  ".yarnrc.yml",
  ".pnpmfile.cjs",
  ".gitattributes",
  ".gitmodules",
  ".envrc",
  ".env",
  ".env.local",
  "AGENTS.md",
  "docs/AGENTS.md",
  "CLAUDE.md",
  ".clinerules",
  ".clinerules/rules.md",
  ".roo/mcp.json",
  ".roomodes",
  ".rooignore",
  ".cursor/rules/x.mdc",
  ".claude/settings.json",
  ".gemini/settings.json",
  ".codex/config.toml",
  ".continue/config.json",
  ".idea/workspace.xml",
  "mcp.json",
  "tools/.mcp.json",
  ".bashrc",
  ".zshenv",
  ".gitconfig",
];

test.each(protectedPaths)("S-A1b, S-A8: %s is protected", (path) => {
  expect(isProtected(path)).toBe(true);
});

test.each([
  ".VSCODE/Settings.JSON",
  ".vscode\\settings.json",
  ".vscode./settings.json",
  ".vscode /settings.json",
  ".vscode. . /settings.json",
  "VSCODE~1/settings.json",
  "GIT~1/config",
  ".vscode/settings.json::$DATA",
  ".git::$INDEX_ALLOCATION/config",
  ".vs\u0063ode/settings.json",
  "./.vscode//settings.json",
  "src/../.vscode/settings.json",
  ".v\u017fcode/settings.json",
  ".g\u200cit/config",
  ".\uff47it/config",
  "CLAUDE.MD",
  ".cUrSoR/mcp.json",
  "agents.md.",
  "\uff21GENTS.md",
])("S-D3: the spelling %j is protected", (path) => {
  expect(isProtected(path)).toBe(true);
});

test.each(["/etc/passwd", "../other/a.ts", "src/../../x", "~/.bashrc", "C:\\x", "C:x", "\\\\server\\share", "a\0b"])(
  "%j is outside, so it is protected",
  (path) => {
    expect(isProtected(path)).toBe(true);
  },
);

test.each([
  "src/index.ts",
  "README.md",
  ".github/ISSUE_TEMPLATE/bug.md",
  ".gitignore",
  ".editorconfig",
  "package.json",
  "src/environment.ts",
  "env.ts",
  "src/..hidden/a.ts",
  "a~b/c.ts",
])("%s is an ordinary path", (path) => {
  expect(isProtected(path)).toBe(false);
});

test.each([
  ".env",
  ".env.production",
  "config/.ENV.local",
  "prod.env",
  "server.pem",
  "tls/server.KEY",
  "id_rsa",
  "keys/id_ed25519",
  ".npmrc",
  ".netrc",
  ".aws/credentials",
  ".ssh/config",
  "terraform.tfstate",
  "secrets.txt",
  "secrets.yaml",
  "service-account-prod.json",
  ".docker/config.json",
  ".git/config",
  ".env::$DATA",
])("S-D4: %s holds secrets", (path) => {
  expect(isSecretLike(path)).toBe(true);
});

test.each([".env.example", "id_rsa.pub", "src/keys.ts", "src/secrets.ts", "environment.md", "docs/config.json"])(
  "%s is read like any file",
  (path) => {
    expect(isSecretLike(path)).toBe(false);
  },
);
