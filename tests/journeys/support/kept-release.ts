/**
 * Builds of earlier releases, as they were, by the version of the wire that they speak. A build is one
 * compressed file, without the letters of PDF, which an app fetches only when somebody prints.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/** By path, base64. */
type Packed = Readonly<Record<string, string>>;

const folder = fileURLToPath(new URL('../releases', import.meta.url));
const fileOf = (protocol: number): string => join(folder, `protocol-${String(protocol)}.br`);
/** What the server can make again, and what nobody needs who prints nothing. */
const isLeftOut = (path: string): boolean => /\.(br|gz)$|\/workers\/assets\/.*\.(ttf|wasm)$/.test(path);

export function packRelease(build: string, protocol: number): number {
  const paths = readdirSync(build, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(build.length + 1))
    .filter((path) => !isLeftOut(path))
    .sort();
  const packed = Object.fromEntries(paths.map((path) => [path, readFileSync(join(build, path), 'base64')]));
  const params = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 11 };
  const bytes = brotliCompressSync(JSON.stringify(packed satisfies Packed), { params });
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(protocol), bytes);
  return bytes.length;
}

export const isReleaseKept = (protocol: number): boolean => existsSync(fileOf(protocol));

export interface KeptRelease {
  /** As a server hands it out. */
  readonly build: string;
  dispose(): void;
}

export function unpackRelease(protocol: number): KeptRelease {
  const build = mkdtempSync(join(tmpdir(), 'hub-kept-'));
  const packed = JSON.parse(brotliDecompressSync(readFileSync(fileOf(protocol))).toString()) as Packed;
  for (const [path, bytes] of Object.entries(packed)) {
    mkdirSync(dirname(join(build, path)), { recursive: true });
    writeFileSync(join(build, path), bytes, 'base64');
  }
  return { build, dispose: () => rmSync(build, { recursive: true, force: true }) };
}
