/**
 * A SENCO adds documents where there is no connection, and her browser dies. They are still there, sealed; when the line
 * comes back they travel, the server dies in the middle of one and then the line breaks, and each arrives once and whole.
 * The co-ordinator takes the very same words and dots home. What the Hub does not take is refused on the device with the reason,
 * and by the server when somebody goes round the device.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { fileBytesMax } from '#sync/files/allowed-files.ts';
import type { Device } from './support/device.ts';
import { fillRequired, submit } from './support/filled-request.ts';
import type { HubServer } from './support/hub-server.ts';
import { expect, test } from './support/journey.ts';
import { filesWith } from './support/profile.ts';
import { newId, openRawClient, replyOf } from './support/raw-client.ts';
import { enterSignIn, lineIsBack, openSection, reachedHub, signIn, startRequest, unlock } from './support/screens.ts';
import { tallyOf } from './support/tally.ts';

const tally = tallyOf('documents');
const canary = 'Thornapplequill';
const report = {
  name: `${canary} report.pdf`,
  mimeType: 'application/pdf',
  buffer: Buffer.concat([Buffer.from(`%PDF-1.7\n${canary}\n`), randomBytes(6_000_000)]),
};
const scan = {
  name: 'Writing.png',
  mimeType: 'image/png',
  buffer: await sharp(randomBytes(300_000), { raw: { width: 400, height: 250, channels: 3 } })
    .png()
    .toBuffer(),
};
const mistake = { name: 'Mistake.txt', mimeType: 'text/plain', buffer: Buffer.from('of another child') };
const field = 'field-documents-documents';

test('documents added offline survive the browser, the server and the line, and reach the co-ordinator once and whole', async ({
  hub,
  openDevice,
}, info) => {
  const phone = await openDevice({ viewport: { width: 390, height: 840 } });
  await signIn(phone.page, hub, 'priya');
  await hub.stop();
  const doc = await startRequest(phone.page);
  await fillRequired(phone.page, 'priya', { firstName: 'Hettie', lastName: 'Wrenfield', bornOn: ['4', '5', '2017'] });
  await openSection(phone.page, 'documents');

  // What cannot be added is said at once, at the file, and stops none of the others.
  const large = info.outputPath('Large scan.pdf');
  writeFileSync(large, '%PDF-1.7\n');
  truncateSync(large, fileBytesMax.document + 1);
  await isRefusedHere(phone.page, large, 'larger than the Hub takes: 25 MB for a picture, 50 MB for a document');
  await isRefusedHere(phone.page, { ...mistake, name: 'page.html' }, 'does not take this kind of file');
  await phone.page
    .locator(`#${field}-choose`)
    .setInputFiles([report, { ...report, name: 'program.pdf', buffer: Buffer.from('MZ no report') }]);
  await isLeftOut(phone.page, 'program.pdf', 'not what the end of its name says');
  await phone.page.getByRole('button', { name: 'Add this file' }).click();
  await expect(phone.page.getByText('Choose what this document is')).toBeVisible();
  // Not said yet what it is, it is no part of the request.
  await expect(rowOf(phone.page, report.name)).toHaveCount(0);
  const box = (await phone.page.getByRole('combobox', { name: 'What is it?' }).getAttribute('id')) ?? '';
  await chooseCategory(phone.page, box, 'Medical form');
  const date = box.replace('category', 'date');
  for (const [part, typed] of [
    ['', '4'],
    ['-month', '5'],
    ['-year', '2026'],
  ] as const)
    await phone.page.locator(`[id="${date}${part}"]`).fill(typed);
  // Whoever is about to send the request is told that it is not in it.
  await phone.page.getByRole('button', { name: 'Submit', exact: true }).click();
  await expect(
    phone.page.getByText(`One file chosen on this device and not added to the request: ${report.name}`),
  ).toBeVisible();
  await phone.page.getByRole('link', { name: 'Back to the form' }).click();
  await openSection(phone.page, 'documents');
  await phone.page.getByRole('button', { name: 'Add this file' }).click();
  await expect(rowOf(phone.page, report.name)).toContainText('Waiting for a connection');
  for (const file of [scan, mistake]) {
    await phone.page.locator(`#${field}-choose`).setInputFiles(file);
    const box = phone.page.getByRole('combobox', { name: 'What is it?' });
    await chooseCategory(phone.page, (await box.getAttribute('id')) ?? '', 'Dated piece of unaided writing');
    await phone.page.getByRole('button', { name: 'Add this file' }).click();
    await expect(rowOf(phone.page, file.name)).toContainText('Waiting for a connection');
  }
  await isWaiting(phone.page);

  await phone.kill();
  await phone.reopen();
  await phone.page.goto(`${hub.url}/requests/${doc}`);
  await unlock(phone.page);
  await openSection(phone.page, 'documents');
  await isWaiting(phone.page);
  expect(filesWith(phone.folder, [canary])).toEqual([]);
  expect(hashOf(await downloaded(phone.page, report.name))).toBe(hashOf(report.buffer));

  await sendWithBreaks(phone, hub);
  await buttonOf(phone.page, 'Remove', mistake.name).click();
  await expect(rowOf(phone.page, mistake.name)).toHaveCount(0);
  await reachedHub(phone.page);

  // Each lies there once and whole, and nobody can read it on the disk.
  const stored = storedFiles(hub.folder);
  expect(stored).toHaveLength(3);
  expect(stored.some((path) => readFileSync(path).includes(canary))).toBe(false);
  await submit(phone.page);
  await expect(phone.page.getByRole('heading', { name: 'Request has been submitted' })).toBeVisible();

  const desk = await openDevice();
  await signIn(desk.page, hub, 'joanne');
  await desk.page.getByRole('link', { name: 'Intake' }).click();
  await desk.page.getByRole('link', { name: 'Wrenfield' }).click();
  await expect(rowOf(desk.page, report.name)).toContainText('Medical form, dated 4 May 2026');
  expect(hashOf(await downloaded(desk.page, report.name))).toBe(hashOf(report.buffer));
  // A picture is drawn anew on the way: every dot of it is the same.
  const dotsOf = (picture: Buffer) => sharp(picture).raw().toBuffer();
  expect((await dotsOf(await downloaded(desk.page, scan.name))).equals(await dotsOf(scan.buffer))).toBe(true);
  tally.add('files read by the co-ordinator', 2);
  await expect(rowOf(desk.page, mistake.name)).toHaveCount(0);
});

test('whoever goes round the device is refused by the server, for the same reasons', async ({ hub }) => {
  const priya = await openRawClient(hub, 'priya');
  const doc = newId();
  const command = async (name: string, args: object) => {
    const answer = await priya.push({ commands: [{ id: newId(), doc, name, args, seen: {} }] });
    return replyOf(answer).commands[0]?.verdict;
  };
  expect(await command('start', { kind: 'request', form: 1 })).toMatchObject({ is: 'done' });
  const bytes = Buffer.from('MZ this is no report');
  const declared = (more: object) => ({
    id: newId<string>(),
    section: 'documents',
    name: 'report.pdf',
    type: 'application/pdf',
    sizeBytes: bytes.length,
    hash: createHash('sha256').update(bytes).digest('base64url'),
    category: 'report-ep',
    ...more,
  });
  for (const [more, reason] of [
    [{ name: 'page.html', type: 'text/html' }, 'file-type'],
    [{ type: 'text/html' }, 'file-type'],
    [{ sizeBytes: fileBytesMax.document + 1 }, 'file-too-large'],
    [{ name: 'a.png', type: 'image/png', sizeBytes: fileBytesMax.picture + 1 }, 'file-too-large'],
  ] as const) {
    expect(await command('add-file', declared(more))).toEqual({ is: 'refused', reason });
    tally.add('forgeries refused by the server');
  }

  const send = (id: string, body: Buffer<ArrayBuffer>) =>
    priya.ask(`/api/files/${id}`, {
      method: 'PATCH',
      headers: { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
      body,
    });
  const program = declared({});
  expect(await command('add-file', program)).toMatchObject({ is: 'done' });
  const sent = await send(program.id, bytes);
  expect([sent.headers.get('hub-file-state'), sent.headers.get('hub-file-reason')]).toEqual([
    'refused',
    'file-not-what-it-says',
  ]);
  // Announced small, sent large: no more is kept than was announced.
  const small = declared({});
  expect(await command('add-file', small)).toMatchObject({ is: 'done' });
  expect((await send(small.id, Buffer.alloc(1_000_000, 'x'))).status).toBeGreaterThanOrEqual(400);
  expect(storedBytes(hub.folder)).toBeLessThanOrEqual(2 * bytes.length);
  for (const { id } of [program, small]) {
    expect((await priya.ask(`/api/files/${id}`)).status).toBe(404);
    tally.add('forgeries refused by the server');
  }
});

/** The server dies while the report is on its way, and the line breaks later: each time it goes on where it was. */
async function sendWithBreaks({ page, context }: Device, hub: HubServer): Promise<void> {
  let offset: number | undefined;
  context.on('request', (asked) => {
    if (asked.method() === 'PATCH') offset ??= Number(asked.headers()['upload-offset']);
  });
  const goesOnAt = async (least: number) => {
    await expect.poll(() => offset ?? 0).toBeGreaterThanOrEqual(least);
    tally.add('uploads resumed');
  };
  // A killed browser may or may not have kept its sign-in; here it has not, and the documents wait for one.
  await context.clearCookies();
  await hub.start();
  await lineIsBack(page);
  await expect(rowOf(page, report.name)).toContainText('Sign in again to send it');
  const setOffline = await slowLine(page);
  await page.getByRole('button', { name: 'Sign in again' }).click();
  await enterSignIn(page, hub, 'priya');
  await page.getByRole('link', { name: 'Wrenfield' }).click();
  await openSection(page, 'documents');
  await expect(rowOf(page, report.name)).toContainText(/Sending: \d+% \(/);
  await expect(page.getByRole('progressbar', { name: `Progress of ${report.name}` })).toBeVisible();
  await expect.poll(() => storedBytes(hub.folder), { intervals: [20] }).toBeGreaterThan(1_000_000);
  await hub.kill();
  const before = storedBytes(hub.folder);
  expect(before).toBeLessThan(4_000_000);
  offset = undefined;
  await hub.start();
  await setOffline(true);
  await setOffline(false);
  await goesOnAt(512 * 1024);

  await expect.poll(() => storedBytes(hub.folder), { intervals: [20] }).toBeGreaterThan(before + 500_000);
  await setOffline(true);
  await expect(rowOf(page, report.name)).toContainText(/Waiting for a connection: \d+%/);
  expect(storedBytes(hub.folder)).toBeLessThan(report.buffer.length);
  offset = undefined;
  await setOffline(false);
  await goesOnAt(before);
  for (const { name } of [report, scan, mistake]) await expect(rowOf(page, name)).toContainText('Saved to the Hub');
}

async function isWaiting(page: Page): Promise<void> {
  await expect(rowOf(page, report.name)).toContainText('Waiting for a connection');
  await expect(rowOf(page, report.name)).toContainText('Medical form, dated 4 May 2026');
  await expect(rowOf(page, scan.name)).toContainText('Dated piece of unaided writing');
  tally.add('files waiting offline', 2);
}

async function isRefusedHere(page: Page, file: string | typeof mistake, reason: string): Promise<void> {
  await page.locator(`#${field}-choose`).setInputFiles(file);
  await isLeftOut(page, typeof file === 'string' ? 'Large scan.pdf' : file.name, reason);
}

async function isLeftOut(page: Page, name: string, reason: string): Promise<void> {
  const group = page.getByRole('group', { name });
  await expect(group).toContainText(reason);
  await buttonOf(page, 'Leave out', name).click();
  await expect(group).toHaveCount(0);
  await expect(rowOf(page, name)).toHaveCount(0);
  tally.add('files refused on the device');
}

const rowOf = (page: Page, name: string) => page.getByRole('row', { name });
/** The file's name is said to screen readers alone. */
const buttonOf = (page: Page, label: string, name: string) =>
  page.getByRole('button', { name: new RegExp(`^${label}\\s*: ${name}$`) });
const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function chooseCategory(page: Page, id: string, label: string): Promise<void> {
  await page.locator(`[id="${id}"]`).fill(label.slice(0, 12));
  await page.getByRole('option', { name: label }).first().click();
}

async function downloaded(page: Page, name: string): Promise<Buffer> {
  const coming = page.waitForEvent('download');
  await buttonOf(page, 'Download', name).click();
  const download = await coming;
  expect(download.suggestedFilename()).toBe(name);
  return readFileSync(await download.path());
}

/** About 4 Mbit a second, slow enough that something can happen on the way; or no line at all. */
async function slowLine(page: Page): Promise<(offline: boolean) => Promise<unknown>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const set = (offline: boolean) =>
    session.send('Network.emulateNetworkConditions', {
      offline,
      latency: 20,
      downloadThroughput: 5_000_000,
      uploadThroughput: 500_000,
    });
  await set(false);
  return set;
}

const storedFiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\/files\/[0-9a-f]{2}$/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name));
const storedBytes = (folder: string): number => storedFiles(folder).reduce((sum, path) => sum + statSync(path).size, 0);
