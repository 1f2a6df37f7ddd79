import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemPorts } from './ports.ts';

/** A demonstration makes its own secret once, so that its sessions outlive a restart; of two servers, one makes it. */
export function keptSecret(folder: string): string {
  const file = join(folder, 'secret');
  if (!existsSync(file)) {
    const made = Buffer.from(systemPorts.random(32)).toString('base64url');
    const draft = join(folder, `secret.${String(process.pid)}`);
    writeFileSync(draft, made, { mode: 0o600 });
    try {
      linkSync(draft, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    rmSync(draft);
  }
  return readFileSync(file, 'utf8');
}
