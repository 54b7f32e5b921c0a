import { expect, test } from "vitest";
import { chooseProxy, type ProxyWishes } from "./proxies";
import { readTarget } from "./target";

function chosen(url: string, wishes: Partial<ProxyWishes>): string | undefined {
  return chooseProxy(readTarget(url), { allowed: true, env: {}, ...wishes })?.target.origin;
}

test.each<[string, Partial<ProxyWishes>, string | undefined]>([
  ["https://api.example.com/v1", {}, undefined],
  ["https://api.example.com/v1", { url: "http://proxy.corp:3128" }, "http://proxy.corp:3128"],
  ["https://api.example.com/v1", { url: "proxy.corp:3128" }, "http://proxy.corp:3128"],
  ["https://api.example.com/v1", { url: "http://proxy.corp:3128", allowed: false }, undefined],
  ["https://api.example.com/v1", { env: { https_proxy: "http://p:1" } }, "http://p:1"],
  ["https://api.example.com/v1", { env: { HTTPS_PROXY: "http://p:1" } }, "http://p:1"],
  ["https://api.example.com/v1", { env: { http_proxy: "http://p:1" } }, undefined],
  ["http://api.example.com/v1", { env: { http_proxy: "http://p:1" } }, "http://p:1"],
  ["https://api.example.com/v1", { env: { ALL_PROXY: "https://p" } }, "https://p:443"],
  ["https://api.example.com/v1", { url: "http://own:1", env: { https_proxy: "http://p:2" } }, "http://own:1"],
  ["https://api.example.com/v1", { env: { https_proxy: "  " } }, undefined],
])("to %s with %o the proxy is %s", (url, wishes, proxy) => {
  expect(chosen(url, wishes)).toBe(proxy);
});

test.each<[string, string, boolean]>([
  ["https://api.example.com", "example.com", true],
  ["https://api.example.com", ".example.com", true],
  ["https://api.example.com", "*.example.com", true],
  ["https://example.com", ".example.com", true],
  ["https://badexample.com", "example.com", false],
  ["https://api.example.com.evil.org", "example.com", false],
  ["https://api.example.com", "*", true],
  ["https://api.example.com:8443", "api.example.com:8443", true],
  ["https://api.example.com", "api.example.com:8443", false],
  ["https://203.0.113.7", "203.0.113.0/24", true],
  ["https://203.0.114.7", "203.0.113.0/24", false],
  ["https://203.0.113.7", "203.0.113.7", true],
  ["https://203.0.113.7", "203.0.113.0/99", false],
  ["https://[2001:db8::1]", "2001:db8::1", true],
  ["https://[2001:db8::1]", "2001:db8::/32", true],
  ["https://api.example.com", "", false],
])("%s with the exception “%s” goes straight there: %s", (url, exception, isStraight) => {
  const proxy = { url: "http://p:1" };
  expect(chosen(url, { ...proxy, except: [exception] }) === undefined).toBe(isStraight);
  expect(chosen(url, { ...proxy, env: { no_proxy: `other.org, ${exception}` } }) === undefined).toBe(isStraight);
});

test("a name and a password come from the address or the setting, and never with another proxy's", () => {
  const target = readTarget("https://api.example.com");
  const wishes = { allowed: true, env: { https_proxy: "http://an%40na:s3%3Acret@p:1" } };
  const basic = `Basic ${Buffer.from("an@na:s3:cret").toString("base64")}`;

  expect(chooseProxy(target, wishes)?.authorization).toBe(basic);
  expect(chooseProxy(target, { ...wishes, authorization: "Negotiate x" })?.authorization).toBe(basic);
  expect(chooseProxy(target, { ...wishes, url: "http://own:1", authorization: "Negotiate x" })?.authorization).toBe(
    "Negotiate x",
  );
});

test("a proxy that cannot be used is said, without its password, and not gone around", () => {
  expect(() => chosen("https://api.example.com", { url: "socks5://anna:hidden@p:1080" })).toThrow(
    "The proxy that is set here, socks5://p:1080, is of a kind that Hearth cannot use, so nothing was sent.",
  );
});
