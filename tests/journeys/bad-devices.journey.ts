/**
 * Devices that are not as they should be: a clock that is a year off or jumps while somebody types, a browser that keeps
 * nothing, a disk without room, an address of what is not there. Words are sent all the same and dated by the Hub, or the
 * screen says plainly that they are not saved, gives them out as a file, and saves them as soon as it can.
 */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { readDatabase } from './support/database.ts';
import { expect, test } from './support/journey.ts';
import type { HubServer } from './support/hub-server.ts';
import { newId } from './support/raw-client.ts';
import {
  control,
  editor,
  enterSignIn,
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
import { smallDisk } from './support/small-disk.ts';
import { tallyOf } from './support/tally.ts';

const tally = tallyOf('bad-devices');
const dayMs = 24 * 60 * 60_000;
const yearMs = 365 * dayMs;

for (const [offMs, when] of [
  [yearMs, 'a year fast'],
  [-yearMs, 'a year slow'],
] as const) {
  test(`a clock that is ${when}: words arrive with the right date, and another person's later answer stands`, async ({
    hub,
    openDevice,
  }) => {
    const begun = Date.now();
    const [tom, mother] = await Promise.all([
      openDevice({ prepare: (context) => context.clock.install({ time: Date.now() + offMs }) }),
      openDevice(),
    ]);
    await signIn(tom.page, hub, 'tom');
    const doc = await startRequest(tom.page);
    await openSection(tom.page, 'child');
    await control(tom.page, 'child', 'last_name').fill('Timeless');
    await openText(tom.page, 'Under a wrong sky.');
    await reachedHub(tom.page);
    expect(Math.abs((await tom.page.evaluate(() => Date.now())) - Date.now() - offMs)).toBeLessThan(dayMs);
    tally.add('clocks years off');
    await signIn(mother.page, hub, 'agnieszka');
    await shareWith(tom.page, 'agnieszka');
    await mother.page.getByRole('link', { name: 'Timeless' }).click();
    await openSection(mother.page, 'child');

    // The wrong clock writes first and sends last: neither what it says nor when it arrives makes it the later one.
    await hub.stop();
    await control(tom.page, 'child', 'preferred_name').fill('Said first');
    await waitsHere(tom.page);
    await control(mother.page, 'child', 'preferred_name').fill('Said later');
    await waitsHere(mother.page);
    await tom.context.setOffline(true);
    await hub.start();
    await lineIsBack(mother.page);
    await reachedHub(mother.page);
    await tom.context.setOffline(false);
    await reachedHub(tom.page);
    for (const { page } of [tom, mother])
      await expect(control(page, 'child', 'preferred_name')).toHaveValue('Said later');
    const told = tom.page.getByRole('group', { name: /Name they like to be called: .* gave a different answer/ });
    await expect(told).toContainText('Said first');
    tally.add('later answers that stood');

    readDatabase(hub.folder, (database) => {
      expect(database.field(doc, 'child', 'preferred_name')?.value).toBe('Said later');
      expect(database.text(doc, 'views', 'working')).toEqual(['Under a wrong sky.']);
      const stamps = database
        .rows('SELECT stamps FROM log WHERE document_id = ?', doc)
        .flatMap((row) => JSON.parse(row.stamps as string) as number[]);
      expect(stamps.length).toBeGreaterThan(3);
      for (const stamp of stamps) {
        expect(stamp).toBeGreaterThanOrEqual(begun);
        expect(stamp).toBeLessThanOrEqual(Date.now());
      }
      const [row] = database.rows('SELECT created_at FROM document WHERE id = ?', doc);
      expect(row?.created_at).toBeGreaterThanOrEqual(begun);
      expect(row?.created_at).toBeLessThanOrEqual(Date.now());
    });
  });
}

test('a clock that jumps while somebody types: not a letter is lost, and the Hub keeps its own time', async ({
  hub,
  openDevice,
}) => {
  const begun = Date.now();
  const { page } = await openDevice({ prepare: (context) => context.clock.install() });
  await signIn(page, hub, 'tom');
  const doc = await startRequest(page);
  await openText(page, 'Before, ');
  await reachedHub(page);

  // Back by a year, in mid-sentence, while no line is there: writing goes on.
  await hub.stop();
  const box = await editor(page, 'views', 'working');
  await typeAtEnd(box, 'while it was', 5);
  await page.clock.setSystemTime(Date.now() - yearMs);
  await box.pressSequentially(' set back, ', { delay: 5 });
  await waitsHere(page);
  tally.add('clocks years off');
  await hub.start();
  await lineIsBack(page);
  await reachedHub(page);

  // Ahead by two: for the lock that is a long absence. The screen closes, and opens at the same word.
  await box.pressSequentially('while it was set ahead', { delay: 5 });
  await page.clock.setSystemTime(Date.now() + yearMs);
  await expect(page.getByRole('heading', { name: 'The Hub is locked' })).toBeVisible();
  await unlock(page);
  await expect(page).toHaveURL(`${hub.url}/requests/${doc}`);
  await expect(control(page, 'views', 'working')).toBeFocused();
  await page.keyboard.type(', and after.');
  await reachedHub(page);
  tally.add('clocks years off');
  readDatabase(hub.folder, (database) => {
    expect(database.text(doc, 'views', 'working')).toEqual([
      'Before, while it was set back, while it was set ahead, and after.',
    ]);
    for (const { stamps } of database.rows('SELECT stamps FROM log WHERE document_id = ?', doc))
      for (const stamp of JSON.parse(stamps as string) as number[]) {
        expect(stamp).toBeGreaterThanOrEqual(begun);
        expect(stamp).toBeLessThanOrEqual(Date.now());
      }
  });
});

for (const [how, block] of [
  ['throws', blockByThrowing],
  ['answers with an error', blockByError],
] as const) {
  test(`a browser whose database ${how} from the start: the Hub says so before anything can be typed`, async ({
    hub,
    openDevice,
  }) => {
    const { page } = await openDevice({ prepare: (context) => context.addInitScript(block) });
    await page.goto(`${hub.url}/sign-in`);
    await enterSignIn(page, hub, 'tom');
    await expect(page.getByRole('alert')).toContainText(
      'This browser does not let the Hub keep anything on this device.',
    );
    await expect(page.getByRole('button', { name: 'Start a request' })).toHaveCount(0);
    tally.add('stores that failed');
  });
}

test('a database that closes itself while somebody types: the words stay on the page, go out as a file, and are saved when it opens', async ({
  hub,
  openDevice,
}) => {
  const { page } = await openDevice({ prepare: (context) => context.addInitScript(closable) });
  await signIn(page, hub, 'tom');
  const doc = await openDraft(page);
  // As browsers do in the background: every use of the open database fails, until it is opened again.
  const isClosing = (is: boolean) => page.evaluate((now) => void Object.assign(window, { isClosing: now }), is);
  await isClosing(true);
  await isKeptOut(page, 'Not saved: this browser does not let the Hub keep anything');
  await isClosing(false);
  await arrives(page, hub, doc);
});

test('a disk without room: the words stay on the page, go out as a file, outlast a lock, and are saved when there is room', async ({
  hub,
  openDevice,
}) => {
  const { page } = await openDevice();
  const disk = await smallDisk(page, hub.url);
  await signIn(page, hub, 'tom');
  const doc = await openDraft(page);
  await disk.fill();
  await isKeptOut(page, 'Not saved: there is no room left on this device');
  // Locked meanwhile, the page keeps them sealed; it opens although there is no room, with the words that it alone has.
  await page.getByRole('button', { name: 'Lock' }).click();
  await expect(page.getByText('Typed without a place')).toHaveCount(0);
  await unlock(page);
  await expect(control(page, 'views', 'working')).toHaveText('Saved before. Typed without a place to keep it.');
  await expect(control(page, 'child', 'first_name')).toHaveValue('Unsavable');
  await expect(page.getByText('Your newest words are on this page only.')).toBeVisible();
  await disk.free();
  await typeAtEnd(await editor(page, 'views', 'working'), ' And on.', 5);
  await arrives(page, hub, doc, ' And on.');
});

test('addresses of what is not there, or is somebody else’s, answer alike, with and without a connection', async ({
  hub,
  openDevice,
}) => {
  const [owner, stranger] = await Promise.all([openDevice(), openDevice()]);
  await signIn(owner.page, hub, 'priya');
  const theirs = await startRequest(owner.page);
  await openSection(owner.page, 'child');
  await control(owner.page, 'child', 'last_name').fill('Secretive');
  await reachedHub(owner.page);
  const { page } = stranger;
  await signIn(page, hub, 'tom');
  const shown = async (path: string, heading: string) => {
    await page.goto(`${hub.url}${path}`);
    await unlock(page);
    await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible();
    await expect(page.getByText('Secretive')).toHaveCount(0);
    tally.add('strange addresses');
    return page.locator('main').innerText();
  };
  for (const line of ['with', 'without'] as const) {
    if (line === 'without') await hub.stop();
    const answers = new Set<string>();
    for (const id of [theirs, newId<string>(), 'not-an-id', '%00'])
      answers.add(await shown(`/requests/${id}`, 'There is nothing here that you can open'));
    expect(answers.size).toBe(1);
    await shown(`/intake/${theirs}`, 'There is nothing here that you can open');
    await page.goto(`${hub.url}/requests`);
    await expect(page.getByRole('heading', { name: 'Page not found', level: 1 })).toBeVisible();
  }
});

function blockByThrowing(): void {
  IDBFactory.prototype.open = () => {
    throw new DOMException('not in this window', 'SecurityError');
  };
}
function closable(): void {
  const before = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...wanted: Parameters<IDBDatabase['transaction']>) {
    if ((window as { isClosing?: boolean }).isClosing === true)
      throw new DOMException('The database connection is closing.', 'InvalidStateError');
    return before.apply(this, wanted);
  };
}
/** As private windows of older browsers did: the request is made, and fails. */
function blockByError(): void {
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (this: IDBFactory, name: string) {
    // The one version that no database can have.
    const request = open.call(this, `${name}-blocked`, 2);
    request.addEventListener('upgradeneeded', () => request.transaction?.abort());
    return request;
  };
}

async function openDraft(page: Page): Promise<string> {
  const doc = await startRequest(page);
  await openSection(page, 'child');
  await openText(page, 'Saved before. ');
  await reachedHub(page);
  return doc;
}

async function openText(page: Page, words: string): Promise<void> {
  await openSection(page, 'views');
  await page
    .getByRole('group', { name: /^Did the child/ })
    .getByLabel('Yes')
    .check();
  await typeAtEnd(await editor(page, 'views', 'working'), words, 5);
}

/** Nothing is called saved; the words are on the page, and in the file. */
async function isKeptOut(page: Page, sentence: string): Promise<void> {
  await control(page, 'child', 'first_name').fill('Unsavable');
  await typeAtEnd(await editor(page, 'views', 'working'), 'Typed without a place to keep it.', 5);
  await expect(saving(page)).toContainText(sentence);
  await expect(page.getByText('Your newest words are on this page only.')).toBeVisible();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save a copy of my words' }).click(),
  ]);
  const copy = readFileSync(await download.path(), 'utf8');
  expect(copy).toContain('Unsavable');
  expect(copy).toContain('Typed without a place to keep it.');
  await expect(control(page, 'child', 'first_name')).toHaveValue('Unsavable');
  await expect(control(page, 'views', 'working')).toContainText('Typed without a place to keep it.');
  tally.add('stores that failed');
}

async function arrives(page: Page, hub: HubServer, doc: string, andThen = ''): Promise<void> {
  await reachedHub(page);
  await expect(page.getByText('Your newest words are on this page only.')).toHaveCount(0);
  readDatabase(hub.folder, (database) => {
    expect(database.field(doc, 'child', 'first_name')?.value).toBe('Unsavable');
    expect(database.text(doc, 'views', 'working')).toEqual([
      `Saved before. Typed without a place to keep it.${andThen}`,
    ]);
  });
}
