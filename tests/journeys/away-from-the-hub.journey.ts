/**
 * A day without a connection: a draft is opened, written in, taken home as a PDF in every script it holds, and another
 * one is deleted. What was done offline happens at the Hub as soon as the line comes back, and the bin gives it back.
 */
import { readFile } from 'node:fs/promises';
import { readDatabase } from './support/database.ts';
import { expect, test } from './support/journey.ts';
import { poppler } from '../tools/poppler.ts';
import {
  control,
  editor,
  lineIsBack,
  openSection,
  reachedHub,
  saving,
  shareWith,
  signIn,
  startRequest,
  typeAtEnd,
  unlock,
  waitsHere,
} from './support/screens.ts';
import { tallyOf } from './support/tally.ts';

const tally = tallyOf('away-from-the-hub');

/** Polish, Welsh, Turkish, Arabic, Urdu, Bengali, Punjabi and Chinese. */
const names = ['Święchowska', 'Llŷr', 'Gökçe', 'ليلى', 'زینب', 'সুমাইয়া', 'ਹਰਪ੍ਰੀਤ', '李小明'] as const;

test('without a connection a draft is written in, taken home as a PDF, and another one is deleted', async ({
  hub,
  openDevice,
}) => {
  const [priya, mother] = await Promise.all([openDevice(), openDevice()]);
  await signIn(priya.page, hub, 'priya');
  const unwanted = await startRequest(priya.page);
  await openSection(priya.page, 'child');
  await control(priya.page, 'child', 'last_name').fill('Unwantedson');
  await reachedHub(priya.page);
  await signIn(mother.page, hub, 'agnieszka');
  await shareWith(priya.page, 'agnieszka');
  await expect(mother.page.getByRole('link', { name: 'Unwantedson' })).toBeVisible();
  // The letters for PDF are fetched when the page has nothing else to load.
  await expect
    .poll(() => lettersKept(), { timeout: 60_000, message: 'the letters of a PDF are kept for offline use' })
    .toBe(true);

  await hub.stop();
  await priya.page.goto(`${hub.url}/`);
  await unlock(priya.page);
  await startRequest(priya.page);
  await openSection(priya.page, 'child');
  await control(priya.page, 'child', 'first_name').fill(names.join(' '));
  await control(priya.page, 'child', 'last_name').fill('Kestrelford');
  await openSection(priya.page, 'views');
  await priya.page
    .getByRole('group', { name: /^Did the child/ })
    .getByLabel('Yes')
    .check();
  await typeAtEnd(await editor(priya.page, 'views', 'working'), 'She counts the boats.', 5);
  await waitsHere(priya.page);

  const downloading = priya.page.waitForEvent('download');
  await priya.page.getByRole('button', { name: 'Download', exact: true }).click();
  const download = await downloading;
  // A file name lies in folders and lists that others see: it names nobody.
  expect(download.suggestedFilename()).toMatch(/^request-draft.*\.pdf$/);
  const path = await download.path();
  expect((await readFile(path)).subarray(0, 5).toString()).toBe('%PDF-');
  const words = (await poppler('pdftotext', [path, '-'])).toString('utf8').normalize('NFC');
  for (const one of ['Kestrelford', 'She counts the boats.', ...names.slice(0, 3)]) expect(words).toContain(one);
  for (const one of names.slice(3)) {
    // Readers of PDF differ in where they put marks; every letter of the name is there.
    for (const letter of one.normalize('NFC')) expect(words, one).toContain(letter);
    tally.add('names in other scripts printed');
  }
  tally.add('PDFs made offline');

  await priya.page.getByRole('link', { name: 'My requests' }).click();
  await priya.page.getByRole('link', { name: 'Unwantedson' }).click();
  await priya.page.getByRole('button', { name: 'Delete', exact: true }).click();
  await priya.page.getByRole('button', { name: 'Delete the draft' }).click();
  await expect(priya.page.getByRole('heading', { name: 'My requests', level: 1 })).toBeVisible();
  const news = priya.page.getByRole('alert', { name: 'Done' });
  await expect(news).toContainText('The draft for Unwantedson is deleted.');
  await expect(news).toBeFocused();
  const drafts = priya.page.getByRole('table', { name: 'Your drafts' });
  const bin = priya.page.getByRole('table', { name: 'Drafts you deleted' });
  await expect(drafts.getByRole('link', { name: 'Unwantedson' })).toHaveCount(0);
  await expect(drafts.getByRole('link', { name: 'Kestrelford' })).toBeVisible();
  await expect(bin.getByRole('link', { name: 'Unwantedson' })).toBeVisible();
  await expect(saving(priya.page)).toContainText('Waiting for a connection');
  expect(stageOf(unwanted)).toBe('draft');

  await hub.start();
  await lineIsBack(priya.page, mother.page);
  await reachedHub(priya.page);
  await expect.poll(() => stageOf(unwanted)).not.toBe('draft');
  await expect(mother.page.getByRole('link', { name: 'Unwantedson' })).toHaveCount(0);
  tally.add('drafts deleted offline');

  // It is said once.
  await drafts.getByRole('link', { name: 'Kestrelford' }).click();
  await priya.page.getByRole('link', { name: 'My requests' }).click();
  await expect(bin.getByRole('link', { name: 'Unwantedson' })).toBeVisible();
  await expect(news).toHaveCount(0);

  // Thirty days it can be had back, by everyone who had it.
  await bin.getByRole('link', { name: 'Unwantedson' }).click();
  await priya.page.getByRole('button', { name: 'Restore this draft' }).click();
  await expect(priya.page.getByRole('heading', { name: 'Request for an EHC needs assessment' })).toBeVisible();
  await expect(mother.page.getByRole('link', { name: 'Unwantedson' })).toBeVisible();
  expect(stageOf(unwanted)).toBe('draft');
  tally.add('drafts had back from the bin');
  readDatabase(hub.folder, (database) => {
    const kept = database.documentOf('Kestrelford') ?? '';
    expect(database.text(kept, 'views', 'working')).toEqual(['She counts the boats.']);
  });

  function lettersKept(): Promise<boolean> {
    return priya.page.evaluate(async () => {
      const kept = await Promise.all(
        (await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url)),
      );
      return [
        'NotoSansGurmukhi',
        'NotoNastaliqUrdu',
        'NotoSansBengali',
        'NotoSansArabic',
        'NotoSans_700Bold',
        'NotoSansSC',
      ].every((font) => kept.flat().some((url) => url.includes(font)));
    });
  }
  function stageOf(doc: string): unknown {
    return readDatabase(
      hub.folder,
      (database) => database.rows('SELECT stage FROM document WHERE id = ?', doc)[0]?.stage,
    );
  }
});
