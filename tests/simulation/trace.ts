/**
 * Everything that a run does, as one number: what travels, every step, and what stands in the databases at the end. Two
 * runs of one seed have the same. Only a device's signature is left out: ECDSA takes a number by chance for each, and
 * that it is right is checked by the server.
 */
import { createHash, type Hash } from 'node:crypto';

export class Trace {
  readonly #hash: Hash | undefined;
  readonly #lines: string[] | undefined;
  constructor(isOn: boolean, lines?: string[]) {
    this.#hash = isOn ? createHash('sha256') : undefined;
    this.#lines = lines;
  }

  add(what: string): void {
    this.#hash?.update(`${what}\n`);
    this.#lines?.push(what);
  }
  request(from: string, method: string, path: string, headers: Headers, body: Uint8Array | undefined): void {
    if (this.#hash === undefined) return;
    const said = [...headers].filter(([name]) => name !== 'hub-signature').join('; ');
    this.add(`${from}: ${method} ${path} ${said} ${body === undefined ? '' : Buffer.from(body).toString('base64')}`);
  }
  digest(): string {
    return this.#hash?.digest('base64url') ?? '';
  }
}
