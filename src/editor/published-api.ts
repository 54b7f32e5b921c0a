import type { HearthApi } from "../core/api";

/** What other extensions get. Nobody says yes for the user, but the tests in the extension's test mode. */
export function publishedApi(api: Required<HearthApi>, isTestMode: boolean): HearthApi {
  const { answer: _, ...others } = api;
  return isTestMode ? api : others;
}
