import { expect, test } from "vitest";
import { readProxyWishes } from "./read-proxies";

test("the editor's proxy settings are read as they are meant", () => {
  const raw = { proxy: "http://p:1", noProxy: ["a.org", 7], proxyAuthorization: "Basic x", proxySupport: "override" };
  expect(readProxyWishes((key) => raw[key], { no_proxy: "b.org" })).toEqual({
    url: "http://p:1",
    except: ["a.org"],
    authorization: "Basic x",
    allowed: true,
    env: { no_proxy: "b.org" },
  });
});

test("proxies that are switched off stay off, and nonsense counts as not set", () => {
  const raw = { proxy: "", noProxy: "a.org", proxyAuthorization: null, proxySupport: "off" };
  expect(readProxyWishes((key) => raw[key], {})).toEqual({
    url: undefined,
    except: [],
    authorization: undefined,
    allowed: false,
    env: {},
  });
});
