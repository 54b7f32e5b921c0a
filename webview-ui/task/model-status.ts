import { createContext } from "preact";

/** What the server does while nothing of a reply can be seen, in words. */
export const ModelStatusContext = createContext<string | undefined>(undefined);
