/**
 * Our folder for this workspace, the same in every window. After VS Code was ended without a goodbye it can take the lock that it left
 * for another window's, and gives this one a folder with a number behind its name; what was half done would not be found there.
 * `path` ends with the workspace's folder and ours.
 */
export function sharedStorage(path: string): string {
  return path.replace(/([^\\/]+)-\d{1,2}([\\/][^\\/]+)$/, "$1$2");
}
