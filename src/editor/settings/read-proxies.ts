import type { ProxyWishes } from "../../net/proxies";

/** The keys below `http.` in the editor's own settings. */
export type ProxyKey = "proxy" | "noProxy" | "proxyAuthorization" | "proxySupport";

/** What the user wants of proxies. A value of another kind than it should be counts as not set. */
export function readProxyWishes(raw: (key: ProxyKey) => unknown, env: ProxyWishes["env"]): ProxyWishes {
  const text = (key: ProxyKey) => {
    const value = raw(key);
    return typeof value === "string" && value.trim() !== "" ? value : undefined;
  };
  const except = raw("noProxy");
  return {
    url: text("proxy"),
    except: Array.isArray(except) ? except.filter((one) => typeof one === "string") : [],
    authorization: text("proxyAuthorization"),
    allowed: raw("proxySupport") !== "off",
    env,
  };
}
