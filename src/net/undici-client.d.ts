/** The HTTP/1.1 client alone. The package's main entry also sets up a global dispatcher, fetch, caches and web sockets. */
declare module "undici/lib/dispatcher/client.js" {
  export { Client as default } from "undici";
}
