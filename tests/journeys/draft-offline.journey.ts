/**
 * A SENCO drafts a request where there is no connection, and her browser dies in the middle of a sentence. Everything
 * that the screen had called saved is there again, and later all of it reaches the council; on the device itself nobody
 * can read a word of it.
 */
import { readDatabase } from './support/database.ts';
import { watchClaims, type Claim } from './support/claims.ts';
import { expect, test } from './support/journey.ts';
import { filesWith } from './support/profile.ts';
import {
  control,
  editor,
  enterSignIn,
  lineIsBack,
  openAllSections,
  openSection,
  reachedHub,
  saving,
  signIn,
  startRequest,
  typeAtEnd,
  unlock,
  waitsHere,
} from './support/screens.ts';
import { tallyOf } from './support/tally.ts';

const tally = tallyOf('draft-offline');

/** Words that stand nowhere else, so that one of them in a file was written there by this journey. */
const canaries = ['Quillworth', 'Marrowbane', 'Oddlestone', 'zephyrbrook', 'thistlecombe', 'vervainly'] as const;
const [firstName, lastName, contactName, working, notWorking, spare] = canaries;
const sentence = `I like ${working} and the garden, and I would like to go there every day with a friend who waits for me. `;

test('a draft written offline survives the death of the browser in mid-sentence, and reaches the Hub later', async ({
  hub,
  openDevice,
}) => {
  const claims = watchClaims();
  const device = await openDevice({ prepare: claims.prepare });
  await signIn(device.page, hub, 'priya');
  await hub.stop();

  const doc = await startRequest(device.page);
  await openSection(device.page, 'child');
  await control(device.page, 'child', 'first_name').pressSequentially(firstName);
  await control(device.page, 'child', 'last_name').pressSequentially(lastName);
  await control(device.page, 'child', 'dob').pressSequentially('14');
  await device.page.locator('#field-child-dob-month').pressSequentially('3');
  await device.page.locator('#field-child-dob-year').pressSequentially('2017');
  await openSection(device.page, 'contacts');
  await device.page.getByRole('button', { name: 'Add a contact' }).click();
  await device.page.getByLabel('Full name').pressSequentially(contactName);
  await openSection(device.page, 'views');
  await device.page
    .getByRole('group', { name: /^Did the child/ })
    .getByLabel('Yes')
    .check();
  await waitsHere(device.page);

  // Kill one: in the middle of a sentence of rich text.
  const box = await editor(device.page, 'views', 'working');
  await box.click();
  const before = claims.count;
  const typing = box.pressSequentially(sentence.repeat(3), { delay: 20 }).catch(stopped);
  await expect.poll(() => claims.latest()['field-views-working']?.length ?? 0, { intervals: [10] }).toBeGreaterThan(60);
  await device.kill();
  await typing;
  tally.add('browser kills');
  expect(claims.count).toBeGreaterThan(before);
  await device.reopen();
  await backAt(`/requests/${doc}`);
  await isThere(claims.latest());
  expect(claims.latest()).toMatchObject({ 'field-child-first_name': firstName, 'field-child-dob-year': '2017' });
  expect(Object.values(claims.latest())).toContain(contactName);

  // Any address inside the app opens without a connection, with the words in it.
  await backAt('/');
  await expect(device.page.getByRole('link', { name: `${firstName} ${lastName}` })).toBeVisible();
  await expect(device.page.getByRole('row', { name: firstName })).toContainText('On this device, not sent yet');
  await backAt(`/requests/${doc}/send`);
  await expect(device.page.getByText(contactName)).toBeVisible();
  await device.page.goto(`${hub.url}/accessibility`);
  await expect(device.page.getByRole('heading', { name: 'Accessibility statement' })).toBeVisible();
  tally.add('addresses opened offline');

  // Kill two: in the middle of a word in a plain field, still offline.
  await backAt(`/requests/${doc}`);
  await openSection(device.page, 'child');
  const preferred = control(device.page, 'child', 'preferred_name');
  const name = `${spare} ${spare} ${spare} ${spare}`;
  const typingName = preferred.pressSequentially(name, { delay: 25 }).catch(stopped);
  await expect
    .poll(() => claims.latest()['field-child-preferred_name']?.length ?? 0, { intervals: [10] })
    .toBeGreaterThan(12);
  await device.kill();
  await typingName;
  tally.add('browser kills');
  await device.reopen();
  await backAt(`/requests/${doc}`);
  await isThere(claims.latest());
  await typeAtEnd(await editor(device.page, 'views', 'not_working'), `The hall is ${notWorking}.`);
  await waitsHere(device.page);

  // Not one of the words can be read in the files of the profile; a word that is stored openly is found there.
  await device.page.evaluate(
    () =>
      new Promise<void>((done, fail) => {
        const opening = indexedDB.open('control', 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore('words');
        opening.onerror = () => fail(opening.error ?? new Error('not opened'));
        opening.onsuccess = () => {
          const writing = opening.result.transaction('words', 'readwrite', { durability: 'strict' });
          writing.objectStore('words').put('plainlyreadable', 1);
          writing.oncomplete = () => {
            opening.result.close();
            done();
          };
        };
      }),
  );
  expect(filesWith(device.folder, ['plainlyreadable'])).not.toEqual([]);
  expect(filesWith(device.folder, canaries)).toEqual([]);
  tally.add('words grepped for', canaries.length);
  expect(readDatabase(hub.folder, (database) => database.documentOf(lastName))).toBeUndefined();

  // The line comes back: everything arrives, and nothing is left to send.
  const words = await control(device.page, 'views', 'working').innerText();
  const shownName = await control(device.page, 'child', 'preferred_name').inputValue();
  // The dead browser has forgotten its session as well, as browsers do that had no time to write a cookie down.
  await device.context.clearCookies();
  await hub.start();
  await lineIsBack(device.page);
  await expect(saving(device.page)).toContainText('Sign in again to send it');
  await device.page.getByRole('button', { name: 'Sign in again' }).click();
  await enterSignIn(device.page, hub, 'priya');
  await reachedHub(device.page);
  readDatabase(hub.folder, (database) => {
    expect(database.documentOf(lastName)).toBe(doc);
    expect(database.field(doc, 'child', 'first_name')?.value).toBe(firstName);
    expect(database.field(doc, 'child', 'dob')?.value).toBe('2017-03-14');
    expect(database.field(doc, 'child', 'preferred_name')?.value).toBe(shownName);
    expect(database.items(doc, 'contacts').map(({ fields }) => fields.full_name)).toEqual([contactName]);
    expect(database.text(doc, 'views', 'working').join('\n').trim()).toBe(words.trim());
    expect(database.text(doc, 'views', 'not_working')).toEqual([`The hall is ${notWorking}.`]);
    expect(database.log(doc).filter(({ verdict }) => verdict !== 'applied' && verdict !== 'merged')).toEqual([]);
  });
  await expect(device.page.getByRole('row', { name: firstName })).toContainText('To the Hub');
  expect(filesWith(device.folder, canaries)).toEqual([]);

  async function backAt(path: string): Promise<void> {
    await device.page.goto(`${hub.url}${path}`);
    await unlock(device.page);
    await expect(device.page).toHaveURL(`${hub.url}${path}`);
    await expect(saving(device.page)).toContainText('Waiting for a connection');
    tally.add('addresses opened offline');
  }

  /** The fields that stand on the screen now hold what was called saved; the one in which typing went on may hold more. */
  async function isThere(claim: Claim): Promise<void> {
    await openAllSections(device.page);
    for (const [id, words] of Object.entries(claim)) {
      const field = device.page.locator(`[id="${id}"]`);
      if (words === '') continue;
      await expect(field, id).toBeVisible();
      const shown = async () =>
        (await field.getAttribute('contenteditable')) === null ? field.inputValue() : field.innerText();
      await expect.poll(shown, { message: `${id} holds «${words}»` }).not.toBe('');
      expect(await shown(), id).toContain(words);
    }
  }
});

/** Typing into a browser that is killed meanwhile ends with an error, and only then. */
function stopped(error: unknown): void {
  expect(String(error)).toMatch(/closed|crash/i);
}
