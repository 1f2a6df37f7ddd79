/** The requests of tus-js-client over our own `fetch`, so that it sends what the Hub wants and runs wherever the device does. */
import type { HttpRequest, HttpResponse, HttpStack } from 'tus-js-client';

export function tusOverFetch(fetch: typeof globalThis.fetch): HttpStack {
  return {
    getName: () => 'fetch',
    createRequest: (method, url) => request(fetch, method, url),
  };
}

function request(fetch: typeof globalThis.fetch, method: string, url: string): HttpRequest {
  const headers = new Headers();
  const aborted = new AbortController();
  return {
    getMethod: () => method,
    getURL: () => url,
    setHeader: (name, value) => headers.set(name, value),
    getHeader: (name) => headers.get(name) ?? undefined,
    // A body of `fetch` tells nothing of its way; parts are small enough that each finished one is progress.
    setProgressHandler: () => undefined,
    async send(body: Blob | null) {
      const response = await fetch(url, {
        method,
        headers,
        body: body ?? null,
        credentials: 'same-origin',
        cache: 'no-store',
        signal: aborted.signal,
      });
      return answer(response, await response.text());
    },
    abort() {
      aborted.abort();
      return Promise.resolve();
    },
    getUnderlyingObject: () => undefined,
  };
}

const answer = (response: Response, body: string): HttpResponse => ({
  getStatus: () => response.status,
  getHeader: (name) => response.headers.get(name) ?? undefined,
  getBody: () => body,
  getUnderlyingObject: () => response,
});
