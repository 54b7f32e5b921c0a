import type { Locality } from "../core/events";

/** Where a model runs, as every surface says it. `icon` is the name of one of VS Code's icons. */
export const places: Record<Locality, { icon: string; words: string }> = {
  machine: { icon: "home", words: "on this machine" },
  network: { icon: "radio-tower", words: "on your network" },
  internet: { icon: "cloud", words: "on the internet" },
};
