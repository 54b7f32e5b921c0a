import { places } from "../../protocol/places";

export const usualHere = places.machine.words;

/**
 * Where a server at 127.0.0.1 runs, in words. `remoteName` is where the editor's extensions run, as the editor names it;
 * then that is not the machine in front of the user, and is called by its own name.
 */
export function nameHere(remoteName: string | undefined, hostName: string): string {
  if (remoteName === undefined || /^(?:localhost|127\.|\[::1\])/.test(remoteName)) {
    return usualHere;
  }
  if (remoteName.endsWith("container")) {
    return `in the container ${hostName}`;
  }
  return `on ${hostName} (${remoteName === "wsl" ? "WSL" : "remote"})`;
}
