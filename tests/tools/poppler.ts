/** Finds the PDF tools of poppler (`pdftoppm`, `pdftotext`, `pdfinfo`) for the tests, and installs them on a fresh machine. */
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

type PopplerTool = 'pdftoppm' | 'pdftotext' | 'pdfinfo';

/** Runs a tool and gives what it writes to its output. */
export async function poppler(tool: PopplerTool, args: readonly string[]): Promise<Buffer> {
  ready ??= Promise.resolve().then(makeReady);
  await ready;
  const { stdout } = await run(tool, [...args], { encoding: 'buffer', maxBuffer: 512 * 1024 * 1024 });
  return stdout;
}

const run = promisify(execFile);
let ready: Promise<void> | undefined;

function makeReady(): void {
  if (isThere()) return;
  let why = 'it is not installed, and only root can install it';
  if (process.getuid?.() === 0) {
    try {
      execFileSync('apt-get', ['update'], { stdio: 'ignore', timeout: 180_000 });
      execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'poppler-utils'], {
        stdio: 'ignore',
        timeout: 300_000,
      });
      if (isThere()) return;
      why = 'apt-get installed it, yet pdftoppm does not run';
    } catch (error) {
      why = `apt-get could not install it (${error instanceof Error ? error.message : String(error)})`;
    }
  }
  throw new Error(
    `The PDF tests need poppler-utils (pdftoppm, pdftotext, pdfinfo): ${why}. Install the package poppler-utils and run the tests again.`,
  );
}

function isThere(): boolean {
  try {
    execFileSync('pdftoppm', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
