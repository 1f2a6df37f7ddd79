/** Finds the Chromium that the tests drive, and installs one on a machine that has none. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

/** What every test run passes: headless, as root in a container, and quiet on the network. */
export const browserArguments = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The browser that is here already, in the order in which a person would expect to be obeyed. */
export function installedBrowser(): string | undefined {
  const candidates = [
    process.env.CHROMIUM_PATH,
    chromium.executablePath(),
    // Chromium without windows, as Playwright itself takes it: it starts in a sixth of the time.
    '/usr/bin/chromium-headless-shell',
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ];
  return candidates.find((path) => path !== undefined && path !== '' && existsSync(path));
}

/** Launch options with the key left out when nothing was found, so that Playwright's own message appears. */
export function launchOptions(): { args: string[]; executablePath?: string } {
  const executablePath = installedBrowser();
  return executablePath === undefined ? { args: browserArguments } : { args: browserArguments, executablePath };
}

/** Downloads or installs Chromium if there is none; throws with what to do if that cannot be done. */
export function findBrowser(): string {
  const found = installedBrowser() ?? installed(downloadChromium) ?? installed(installFromDebian);
  if (found !== undefined) return found;
  throw new Error(
    'No Chromium was found and none could be installed. Install Chromium or Chrome, ' +
      'and set CHROMIUM_PATH to its program file.',
  );
}

function installed(install: () => void): string | undefined {
  install();
  return installedBrowser();
}

function downloadChromium(): void {
  console.log('No Chromium here yet: downloading one.');
  run('npx', ['playwright', 'install', 'chromium'], 180_000);
}

function installFromDebian(): void {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  console.log('Installing Chromium from the system packages.');
  run('apt-get', ['update'], 180_000);
  for (const name of ['chromium-headless-shell', 'chromium'])
    if (installedBrowser() === undefined) run('apt-get', ['install', '-y', '--no-install-recommends', name], 600_000);
}

/** A failure is not an error yet: the next way is tried, and `findBrowser` speaks if none is left. */
function run(command: string, args: string[], timeoutMs: number): void {
  spawnSync(command, args, {
    stdio: 'inherit',
    timeout: timeoutMs,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}
