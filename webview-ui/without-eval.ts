import * as z from "zod";

/** The page forbids code made from text. Told so first, the schemas do not even try. */
z.config({ jitless: true });
