/**
 * `node tests/run/keep-release.ts <commit>`: builds the app as it was at a commit and keeps it for the journeys, under the
 * version of the wire that it speaks. Done once, before that version changes, for the release that old apps will be.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isReleaseKept, packRelease } from '../journeys/support/kept-release.ts';

const root = join(import.meta.dirname, '../..');
const [commit] = process.argv.slice(2);
if (commit === undefined) throw new Error('Name the commit of the release.');
const folder = mkdtempSync(join(tmpdir(), 'hub-then-'));
try {
  const sources = execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 2 ** 30 });
  execFileSync('tar', ['-x'], { cwd: folder, input: sources });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const [, version] =
    /protocolVersion = (\d+)/.exec(readFileSync(join(folder, 'sync/protocol/version.ts'), 'utf8')) ?? [];
  if (version === undefined) throw new Error('That release says no version of the wire.');
  if (isReleaseKept(Number(version))) throw new Error(`A release that speaks version ${version} is kept already.`);
  execFileSync(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build'], {
    cwd: folder,
    env: { ...process.env, HUB_BUILD: `protocol-${version}-${commit}` },
    stdio: 'inherit',
  });
  console.info(
    `Kept: version ${version} of the wire, ${String(packRelease(join(folder, 'build'), Number(version)))} bytes.`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
