/**
 * Two releases of the app, one after the other under the same server. The older one is the ordinary build; the newer one
 * is built from a copy of the sources in which a sentence of the form's screen reads differently and lists of entries
 * differ a little, so that it has files of other names, and the journey can see on the screen which of the two is running.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export const nextName = 'the-next-release';
export const oldSentence = 'need an answer before you can submit the request, not before you can save it.';
export const newSentence = 'must be answered before you can submit the request. You can save it at any time.';

export interface Release {
  /** The folder of the finished build. */
  built(): Promise<string>;
}
/** Building begins with the journey and is waited for only when it is handed out. */
export interface NextRelease extends Release {
  dispose(): void;
}
/** The app of this tree, as the run of the tests has built it. */
export const thisRelease: Release = { built: () => Promise.resolve(join(root, 'build')) };
/** What a server starts from: its sources, and the app that it hands out. */
export interface Tree {
  readonly folder: string;
  /** From the server's next start on, the newer release is handed out. */
  release(): Promise<void>;
  dispose(): void;
}

const sources = ['src', 'sync', 'static', 'package.json', 'svelte.config.js', 'vite.config.ts', 'tsconfig.json'];
/** What is different in the newer release: the file, how it read, and how it reads now. */
const changes = [
  ['src/routes/(hub)/(inside)/requests/[id]/RequestForm.svelte', oldSentence, newSentence],
  ['src/lib/forms/fields/Items.svelte', "list?.itemName ?? 'entry'", "list?.itemName ?? 'further entry'"],
] as const;

export function buildNext(): NextRelease {
  const folder = copyOf(sources);
  for (const [path, before, after] of changes) {
    const source = readFileSync(join(folder, path), 'utf8');
    if (!source.includes(before)) throw new Error(`${path} does not read as the change to it expects`);
    writeFileSync(join(folder, path), source.replace(before, after));
  }
  const vite = spawn(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build'], {
    cwd: folder,
    env: { ...process.env, HUB_BUILD: nextName },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  vite.stderr.setEncoding('utf8').on('data', (piece: string) => (said += piece));
  const ended = new Promise<number | null>((end) => vite.once('close', end));
  return {
    async built() {
      if ((await ended) !== 0) throw new Error(`The app could not be built.\n${said}`);
      return join(folder, 'build');
    },
    dispose() {
      vite.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** `first` is what is handed out until the newer release is. */
export function openTree(next: Release, first = join(root, 'build')): Tree {
  const folder = copyOf(['server', 'sync', 'package.json']);
  const handOut = (build: string) => {
    rmSync(join(folder, 'build'), { recursive: true, force: true });
    cpSync(build, join(folder, 'build'), { recursive: true });
  };
  handOut(first);
  return {
    folder,
    release: async () => handOut(await next.built()),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function copyOf(parts: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'hub-release-'));
  for (const part of parts)
    cpSync(join(root, part), join(folder, part), {
      recursive: true,
      // Kit writes types among the sources; they are written anew for each tree.
      filter: (path) => !path.startsWith(join(root, 'src/node_modules')),
    });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
