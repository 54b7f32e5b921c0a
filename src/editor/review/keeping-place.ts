import { KeptTexts } from "../../machine/reviews/kept-texts";
import type { OpenWindows } from "../../machine/windows/open-windows";
import type { KeepingPlace } from "./pending-keeper";

/** What one window has pending is no other's while both are open. */
export function keepingPlace(windows: OpenWindows): KeepingPlace {
  return {
    texts: new KeptTexts(windows.own),
    enter: () => windows.enter(),
    inherit: async (take) => {
      await windows.enter();
      return windows.inherit((folder) => take(new KeptTexts(folder)));
    },
  };
}
