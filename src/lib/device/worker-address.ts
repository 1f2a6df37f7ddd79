/** Where Trusted Types are required, this policy alone may name a worker's address, and only addresses of this very host. */
interface Policy {
  createScriptURL(url: string): string;
}
let policy: Policy | undefined;

/** Hand it an address that the build made (`?worker&url`), and the result to `new Worker`. */
export function workerAddress(url: string): string {
  const { trustedTypes } = globalThis as {
    trustedTypes?: { createPolicy(name: 'hub-worker', rules: Policy): Policy };
  };
  policy ??= trustedTypes?.createPolicy('hub-worker', { createScriptURL: ownAddress }) ?? {
    createScriptURL: ownAddress,
  };
  return policy.createScriptURL(url);
}

function ownAddress(url: string): string {
  if (new URL(url, location.href).origin !== location.origin) throw new TypeError('a worker of another host was named');
  return url;
}
