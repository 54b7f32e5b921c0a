import { isSameName } from "../../endpoint/model-name";

interface Named {
  baseUrl: string;
  model: string;
}

/** Whether both name the same model of the same server, however the server is called. */
export function isSameModel(a: Named, b: Named): boolean {
  return isSameServer(a, b) && isSameName(a.model, b.model);
}

/** A server of this machine is the same on either of its own addresses. */
export function isSameServer(a: Pick<Named, "baseUrl">, b: Pick<Named, "baseUrl">): boolean {
  return inOneSpelling(a.baseUrl) === inOneSpelling(b.baseUrl);
}

function inOneSpelling(baseUrl: string): string {
  return baseUrl.replace(/(?<=^https?:\/\/)(?:localhost|\[::1\])(?=[:/]|$)/, "127.0.0.1");
}
