/**
 * A browser of one person: its profile lies in a folder of its own, so that it can be closed, killed and opened again
 * as often as a telephone is. A second folder is a second device.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, type BrowserContext, type Page } from '@playwright/test';
import { launchOptions } from '../../run/browser.ts';

export interface DeviceOptions {
  readonly viewport?: { width: number; height: number };
  /** Called for each context before its first page is used. */
  readonly prepare?: (context: BrowserContext) => Promise<unknown>;
}

export interface Device {
  /** The profile's folder: everything that the browser keeps. */
  readonly folder: string;
  readonly page: Page;
  readonly context: BrowserContext;
  readonly isOpen: boolean;
  /** Errors that no code caught, and breaches of the page's policy. */
  readonly faults: readonly string[];
  /** SIGKILL of the browser's own process: no page is asked, nothing is flushed. */
  kill(): Promise<void>;
  /** Opens the browser again after `kill`, with what its folder holds. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

export async function openDevice({ viewport = { width: 1280, height: 900 }, prepare }: DeviceOptions = {}): Promise<
  Device & { dispose(): Promise<void> }
> {
  const folder = mkdtempSync(join(tmpdir(), 'hub-device-'));
  const faults: string[] = [];
  let context: BrowserContext | undefined;
  let page: Page | undefined;

  const open = async () => {
    context = await chromium.launchPersistentContext(folder, {
      ...launchOptions(),
      viewport,
      locale: 'en-GB',
      timezoneId: 'Europe/London',
      acceptDownloads: true,
    });
    await prepare?.(context);
    context.on('weberror', (error) => faults.push(error.error().stack ?? error.error().message));
    context.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy|Trusted/i.test(message.text()))
        faults.push(message.text());
    });
    page = context.pages()[0] ?? (await context.newPage());
  };
  const present = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new Error('this browser is closed');
    return thing;
  };

  await open();
  return {
    folder,
    faults,
    get page() {
      return present(page);
    },
    get isOpen() {
      return context !== undefined;
    },
    get context() {
      return present(context);
    },
    async kill() {
      const pid = await processOf(present(context));
      const closed = present(context).waitForEvent('close');
      process.kill(pid, 'SIGKILL');
      await closed;
      await expect.poll(() => isRunning(pid), { intervals: [20] }).toBe(false);
      context = page = undefined;
    },
    reopen: open,
    async close() {
      await context?.close();
      context = page = undefined;
    },
    async dispose() {
      await context?.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

async function processOf(context: BrowserContext): Promise<number> {
  const browser = context.browser();
  if (browser === null) throw new Error('this context has no browser of its own');
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const own = processInfo.find(({ type }) => type === 'browser');
  if (own === undefined) throw new Error('the browser does not tell which process it is');
  return own.id;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
