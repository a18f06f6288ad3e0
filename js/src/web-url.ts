/** Absolute form of an address in a page or a worker. @throws TypeError */
export function resolvePageUrl(url: string | URL): URL {
  return new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href);
}
