/**
 * A SENCO adds documents where there is no connection, and her browser dies. They are still there, sealed; when the line
 * comes back they travel, the server dies in the middle of one, and each arrives once and whole. A colleague with whom
 * the draft is shared takes the very same bytes home.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { readDatabase } from './support/database.ts';
import { expect, test } from './support/journey.ts';
import { filesWith } from './support/profile.ts';
import {
  control,
  enterSignIn,
  lineIsBack,
  openSection,
  reachedHub,
  saving,
  shareWith,
  signIn,
  startRequest,
  unlock,
} from './support/screens.ts';

const canary = 'Thornapplequill';
const report = {
  name: `${canary} report.pdf`,
  mimeType: 'application/pdf',
  buffer: Buffer.concat([Buffer.from(`%PDF-1.7\n${canary}\n`), randomBytes(6_000_000)]),
};
const scan = {
  name: 'Writing.png',
  mimeType: 'image/png',
  buffer: Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(300_000)]),
};
const field = 'field-documents-documents';

test('documents added offline survive the browser and the server, and arrive once and whole', async ({
  hub,
  openDevice,
}) => {
  const phone = await openDevice({ viewport: { width: 390, height: 840 } });
  await signIn(phone.page, hub, 'priya');
  await hub.stop();
  const doc = await startRequest(phone.page);
  await openSection(phone.page, 'child');
  await control(phone.page, 'child', 'last_name').fill('Wrenfield');
  await openSection(phone.page, 'documents');
  const { page } = phone;

  // What cannot be added is said at once, at the file, and stops none of the others.
  await page
    .locator(`#${field}-choose`)
    .setInputFiles([
      report,
      { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<p>') },
      { name: 'program.pdf', mimeType: 'application/pdf', buffer: Buffer.from('MZ no report') },
    ]);
  await expect(page.getByRole('group', { name: 'page.html' })).toContainText('does not take this kind of file');
  await buttonOf(page, 'Leave out', 'page.html').click();
  await page.getByRole('button', { name: 'Add these files' }).click();
  await expect(page.getByText('Choose what this document is')).toHaveCount(2);
  await chooseCategory(page, 0, 'Medical form');
  await page.locator(`#${field}-date-0`).fill('4');
  await page.locator(`#${field}-date-0-month`).fill('5');
  await page.locator(`#${field}-date-0-year`).fill('2026');
  await chooseCategory(page, 2, 'Medical form');
  await page.getByRole('button', { name: 'Add these files' }).click();
  await expect(page.getByRole('group', { name: 'program.pdf' })).toContainText('not what the end of its name says');
  await buttonOf(page, 'Leave out', 'program.pdf').click();
  await expect(rowOf(page, report.name)).toContainText('Waiting for a connection');
  await expect(rowOf(page, report.name)).toContainText('Medical form, dated 4 May 2026');
  await expect(page.getByRole('listitem').filter({ hasText: 'Medical form' })).toContainText('added');

  await phone.kill();
  await phone.reopen();
  await phone.page.goto(`${hub.url}/requests/${doc}`);
  await unlock(phone.page);
  await openSection(phone.page, 'documents');
  await expect(rowOf(phone.page, report.name)).toContainText('Waiting for a connection');
  expect(filesWith(phone.folder, [canary])).toEqual([]);
  expect(hashOf(await downloaded(phone.page, report.name))).toBe(hashOf(report.buffer));
  await phone.page.locator(`#${field}-choose`).setInputFiles(scan);
  await chooseCategory(phone.page, 0, 'Dated piece of unaided writing');
  await phone.page.getByRole('button', { name: 'Add this file' }).click();
  await expect(rowOf(phone.page, scan.name)).toBeVisible();

  // The line comes back, slowly, and the server dies while the first file is on its way.
  await phone.context.clearCookies();
  await hub.start();
  await slowDown(phone.page);
  await lineIsBack(phone.page);
  await expect(saving(phone.page)).toContainText('Sign in again to send it');
  await phone.page.getByRole('button', { name: 'Sign in again' }).click();
  await enterSignIn(phone.page, hub, 'priya');
  await expect.poll(() => storedBytes(hub.folder), { intervals: [20] }).toBeGreaterThan(1_000_000);
  await hub.kill();
  const before = storedBytes(hub.folder);
  expect(before).toBeLessThan(5_000_000);
  await hub.start();
  await lineIsBack(phone.page);
  await reachedHub(phone.page);
  await expect.poll(() => states(hub.folder, doc)).toEqual(['ready', 'ready']);

  // Both lie there once, whole, and nobody can read them on the disk.
  const stored = storedFiles(hub.folder);
  expect(stored).toHaveLength(2);
  expect(stored.some((path) => readFileSync(path).includes(canary))).toBe(false);

  const desk = await openDevice();
  await signIn(desk.page, hub, 'tom');
  await phone.page.goto(`${hub.url}/requests/${doc}`);
  await unlock(phone.page);
  await shareWith(phone.page, 'tom');
  await desk.page.getByRole('link', { name: 'Wrenfield' }).click();
  await openSection(desk.page, 'documents');
  for (const file of [report, scan]) {
    await expect(rowOf(desk.page, file.name)).toContainText('Saved to the Hub');
    expect(hashOf(await downloaded(desk.page, file.name))).toBe(hashOf(file.buffer));
  }

  // Taken out by its author, it is gone for everybody.
  await openSection(phone.page, 'documents');
  await buttonOf(phone.page, 'Remove', scan.name).click();
  await expect(rowOf(desk.page, scan.name)).toHaveCount(0);
  await expect(rowOf(phone.page, scan.name)).toHaveCount(0);
  await reachedHub(phone.page);
});

const rowOf = (page: Page, name: string) => page.getByRole('row', { name });
/** The file's name is said to screen readers alone. */
const buttonOf = (page: Page, label: string, name: string) =>
  page.getByRole('button', { name: new RegExp(`^${label}\\s*: ${name}$`) });
const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function chooseCategory(page: Page, at: number, label: string): Promise<void> {
  const box = page.locator(`#${field}-category-${String(at)}`);
  await box.fill(label.slice(0, 12));
  await page.getByRole('option', { name: label }).first().click();
}

async function downloaded(page: Page, name: string): Promise<Buffer> {
  const coming = page.waitForEvent('download');
  await buttonOf(page, 'Download', name).click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe(name);
  return readFileSync(await download.path());
}

/** About 8 Mbit a second: slow enough that something can happen on the way. */
async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 20,
    downloadThroughput: 5_000_000,
    uploadThroughput: 1_000_000,
  });
}

const storedFiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\/files\/[0-9a-f]{2}$/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name));
const storedBytes = (folder: string): number => storedFiles(folder).reduce((sum, path) => sum + statSync(path).size, 0);
const states = (folder: string, doc: string): unknown[] =>
  readDatabase(folder, ({ rows }) => rows('SELECT state FROM attachment WHERE document_id = ?', doc)).map(
    ({ state }) => state,
  );
