/**
 * The machine is lost and an older backup is put back, or somebody copies the database's file back by hand: what was
 * called «Saved to the Hub» since then comes back by itself from the devices, a receipt keeps its number, and nobody is
 * shown what was withdrawn meanwhile.
 */
import { copyFileSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { people, type PersonKey } from '#tests/people/index.ts';
import { test as testWithBackups } from './support/backed-up.ts';
import { readDatabase } from './support/database.ts';
import { fillRequired, submit } from './support/filled-request.ts';
import { expect, test } from './support/journey.ts';
import {
  control,
  editor,
  lineIsBack,
  openSection,
  saving,
  shareWith,
  signIn,
  startRequest,
  typeAtEnd,
} from './support/screens.ts';
import { tallyOf } from './support/tally.ts';

const tally = tallyOf('restored-backup');
test.use({ isAboutTheFile: true });
/** An app that waits asks again within a minute. */
const byItself = { timeout: 150_000 };
const caseNumber = /EHC\/(\d\d)\/(\d{4})/;

const savedToHub = (page: Page) => expect(saving(page)).toContainText('Saved to the Hub');

async function stopSharing(page: Page, person: PersonKey): Promise<void> {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Share this draft' });
  await dialog.getByRole('button', { name: `Stop sharing with ${people[person].name}` }).click();
  await expect(dialog.getByText(people[person].name)).toHaveCount(0);
  await page.keyboard.press('Escape');
}

/** Whom the Hub would let in, also where nobody has asked yet. */
const sharesThatStand = (folder: string, doc: string) =>
  readDatabase(folder, (database) =>
    database
      .rows(
        'SELECT name FROM share JOIN person ON person.id = share.person_id WHERE document_id = ? AND ended_at IS NULL',
        doc,
      )
      .map(({ name }) => name),
  );

async function seesNothingOf(page: Page, address: string, words: readonly string[]): Promise<void> {
  await expect(page.getByRole('heading', { name: /You cannot open|There is nothing here/ })).toBeVisible();
  expect(page.url()).toBe(address);
  for (const one of words) await expect(page.getByText(one)).toHaveCount(0);
}

testWithBackups(
  'after an older backup is restored, a parent’s words and her receipt’s number come back, and a right that was withdrawn does not',
  async ({ hub, backups, openDevice }) => {
    const [mother, tom] = await Promise.all([openDevice({ viewport: { width: 360, height: 740 } }), openDevice()]);
    await signIn(mother.page, hub, 'agnieszka');
    const doc = await startRequest(mother.page);
    await fillRequired(mother.page, 'agnieszka', {
      firstName: 'Linnet',
      lastName: 'Quillfeather',
      bornOn: ['9', '4', '2018'],
    });
    await openSection(mother.page, 'views');
    await mother.page
      .getByRole('group', { name: /^Did the child/ })
      .getByLabel('Yes')
      .check();
    await typeAtEnd(await editor(mother.page, 'views', 'working'), 'She likes the otters.', 5);
    await savedToHub(mother.page);
    await signIn(tom.page, hub, 'tom');
    await shareWith(mother.page, 'tom');
    await tom.page.getByRole('link', { name: 'Quillfeather' }).click();
    await openSection(tom.page, 'child');
    await expect(control(tom.page, 'child', 'first_name')).toHaveValue('Linnet');

    await backups.reached(hub.folder);
    backups.hang(hub.folder);

    // From here on nothing is in any backup.
    await typeAtEnd(await editor(mother.page, 'views', 'working'), ' And the slow river.', 5);
    await control(tom.page, 'child', 'preferred_name').fill('Linnie');
    await savedToHub(tom.page);
    await expect(control(mother.page, 'child', 'preferred_name')).toHaveValue('Linnie');
    await control(mother.page, 'child', 'middle_names').fill('Odette');
    await savedToHub(mother.page);
    await stopSharing(mother.page, 'tom');
    await expect(tom.page.getByRole('heading', { name: 'You cannot open this request any more' })).toBeVisible();
    await submit(mother.page);
    await expect(mother.page.getByRole('heading', { name: 'Request has been submitted' })).toBeVisible();
    const number = caseNumber.exec(await mother.page.locator('.govuk-panel').innerText())?.[0] ?? '';
    expect(number).toMatch(caseNumber);
    await expect.poll(() => lettersAbout(number), { intervals: [100] }).toHaveLength(3);
    await mother.page.getByRole('link', { name: 'My requests' }).click();
    const second = await startRequest(mother.page);
    await fillRequired(mother.page, 'agnieszka', {
      firstName: 'Wren',
      lastName: 'Marrowby',
      bornOn: ['1', '2', '2019'],
    });
    await savedToHub(mother.page);
    const sent = receivedAt();

    await hub.kill();
    hub.moveTo(backups.restore());
    readDatabase(hub.folder, (database) => {
      expect(database.rows('SELECT stage, case_number FROM document WHERE id = ?', doc)).toEqual([
        { stage: 'draft', case_number: null },
      ]);
      expect(database.rows('SELECT id FROM document WHERE id = ?', second)).toEqual([]);
      expect(database.text(doc, 'views', 'working')).toEqual(['She likes the otters.']);
    });
    await hub.start();
    tally.add('backups restored');

    // Whoever it was taken from comes first to a Hub that has forgotten it, and again is shown nothing.
    expect(sharesThatStand(hub.folder, doc)).toEqual([]);
    await lineIsBack(tom.page);
    const address = `${hub.url}/requests/${doc}`;
    await expect(saving(tom.page)).toHaveAttribute('data-saving', /hub|nothing/, byItself);
    await seesNothingOf(tom.page, address, ['Linnet', 'Quillfeather', 'otters']);
    await tom.page.getByRole('link', { name: 'Go to your requests' }).click();
    await startRequest(tom.page);
    await openSection(tom.page, 'child');
    await control(tom.page, 'child', 'last_name').fill('Godwit');
    await savedToHub(tom.page);
    await tom.page.getByRole('link', { name: 'My requests' }).click();
    await expect(tom.page.getByText('Godwit')).toBeVisible();
    await expect(tom.page.getByText('Quillfeather')).toHaveCount(0);
    tally.add('withdrawn rights that stayed withdrawn');

    await mother.context.setOffline(false);
    await expect.poll(() => receivedAt().case_number, byItself).toBe(number);
    expect(receivedAt()).toEqual(sent);
    tally.add('numbers that stood');
    const fieldsBack = [
      [doc, 'middle_names', 'Odette'],
      [doc, 'preferred_name', 'Linnie'],
      [second, 'first_name', 'Wren'],
      [second, 'last_name', 'Marrowby'],
    ] as const;
    for (const [document, field, words] of fieldsBack) {
      await expect.poll(() => fieldOf(document, field), byItself).toBe(words);
      tally.add('words that came back');
    }
    await savedToHub(mother.page);

    const desk = await openDevice();
    await signIn(desk.page, hub, 'joanne');
    await desk.page.getByRole('link', { name: 'Intake' }).click();
    const row = desk.page.getByRole('row', { name: 'Quillfeather' });
    await expect(row).toContainText(number);
    await row.getByRole('link').click();
    for (const words of ['She likes the otters. And the slow river.', 'Odette', 'Linnie'])
      await expect(desk.page.getByText(words, { exact: true }).first()).toBeVisible();
    tally.add('words that came back');

    // Nobody hears of it a second time, and the next request gets a number that was never given.
    await submit(mother.page);
    await expect(mother.page.getByRole('heading', { name: 'Request has been submitted' })).toBeVisible();
    const next = caseNumber.exec(await mother.page.locator('.govuk-panel').innerText())?.[0] ?? '';
    expect(Number(caseNumber.exec(next)?.[2])).toBeGreaterThan(Number(caseNumber.exec(number)?.[2]) + 100);
    await expect.poll(() => lettersAbout(next), { intervals: [100] }).toHaveLength(3);
    expect(await lettersAbout(number)).toEqual([]);
    tally.add('numbers given afterwards');
    await mother.page.getByRole('link', { name: 'My requests' }).click();
    const list = mother.page.getByRole('table', { name: 'Requests you sent' });
    await expect(list.getByRole('row', { name: 'Quillfeather' })).toContainText(number);
    await expect(list.getByRole('row', { name: 'Marrowby' })).toContainText(next);

    async function lettersAbout(about: string) {
      return (await hub.outbox()).filter(({ channel, body }) => channel === 'email' && body.includes(about));
    }
    function receivedAt() {
      return readDatabase(
        hub.folder,
        (database) =>
          database.rows('SELECT stage, case_number, received_on, submitted_at FROM document WHERE id = ?', doc)[0] ??
          {},
      );
    }
    function fieldOf(document: string, field: string) {
      return readDatabase(hub.folder, (database) => database.field(document, 'child', field)?.value);
    }
  },
);

test('a database file that is copied back by hand is noticed, also when others wrote on before the first device came', async ({
  hub,
  openDevice,
}) => {
  const [priya, mother, tom] = await Promise.all([openDevice(), openDevice(), openDevice()]);
  await signIn(priya.page, hub, 'priya');
  const doc = await startRequest(priya.page);
  await openSection(priya.page, 'child');
  await control(priya.page, 'child', 'last_name').fill('Sandpiper');
  for (const [device, person] of [
    [mother, 'agnieszka'],
    [tom, 'tom'],
  ] as const) {
    await signIn(device.page, hub, person);
    await shareWith(priya.page, person);
    await device.page.getByRole('link', { name: 'Sandpiper' }).click();
    await openSection(device.page, 'child');
    await expect(control(device.page, 'child', 'last_name')).toHaveValue('Sandpiper');
  }
  await hub.stop();
  const kept = `${hub.folder}-by-hand`;
  cpSync(hub.folder, kept, { recursive: true });
  await hub.start();
  await lineIsBack(priya.page, mother.page, tom.page);

  await control(mother.page, 'child', 'middle_names').fill('Iris');
  await savedToHub(mother.page);
  await control(priya.page, 'child', 'first_name').fill('Avocet');
  await savedToHub(priya.page);
  await expect(control(mother.page, 'child', 'first_name')).toHaveValue('Avocet');
  await stopSharing(priya.page, 'tom');
  await expect(tom.page.getByRole('heading', { name: 'You cannot open this request any more' })).toBeVisible();
  for (const { context } of [priya, mother]) await context.setOffline(true);
  await hub.stop();
  for (const end of ['-wal', '-shm']) rmSync(join(hub.folder, `hub.db${end}`), { force: true });
  copyFileSync(join(kept, 'hub.db'), join(hub.folder, 'hub.db'));
  await hub.start();
  tally.add('databases copied back by hand');

  // He lost the request after the copy was made. The Hub that has forgotten it is his first.
  expect(sharesThatStand(hub.folder, doc)).toEqual([people.agnieszka.name]);
  await lineIsBack(tom.page);
  await seesNothingOf(tom.page, `${hub.url}/requests/${doc}`, ['Sandpiper', 'Avocet']);
  await tom.page.getByRole('link', { name: 'Go to your requests' }).click();
  await writeOn(tom.page, 'Redshank');
  await expect(tom.page.getByText('Sandpiper')).toHaveCount(0);
  tally.add('withdrawn rights that stayed withdrawn');
  await comeBack({ middle_names: 'Iris', first_name: 'Avocet' });

  // Once more, and with all that lay beside the database: nothing tells the Hub, until a device comes that knows more.
  await control(mother.page, 'child', 'preferred_name').fill('Ira');
  await savedToHub(mother.page);
  for (const { context } of [priya, mother]) await context.setOffline(true);
  await hub.stop();
  rmSync(hub.folder, { recursive: true });
  cpSync(kept, hub.folder, { recursive: true });
  rmSync(kept, { recursive: true });
  await hub.start();
  tally.add('databases copied back by hand');
  await tom.page.getByRole('link', { name: 'My requests' }).click();
  await writeOn(tom.page, 'Dunlin');
  await comeBack({ middle_names: 'Iris', first_name: 'Avocet', preferred_name: 'Ira' });

  async function writeOn(page: Page, lastName: string): Promise<void> {
    const before = commits();
    await startRequest(page);
    await openSection(page, 'child');
    for (const [at, letters] of [...lastName].entries()) {
      await control(page, 'child', 'last_name').fill(lastName.slice(0, at) + letters);
      await savedToHub(page);
    }
    tally.add('commits before the first device came', commits() - before);
  }
  function commits(): number {
    return readDatabase(hub.folder, (database) => Number(database.rows('SELECT seq FROM feed_head')[0]?.seq));
  }
  async function comeBack(answers: Record<string, string>): Promise<void> {
    for (const { context } of [mother, priya]) await context.setOffline(false);
    for (const [field, words] of Object.entries(answers)) {
      await expect
        .poll(() => readDatabase(hub.folder, (database) => database.field(doc, 'child', field)?.value), byItself)
        .toBe(words);
      for (const { page } of [mother, priya]) await expect(control(page, 'child', field)).toHaveValue(words, byItself);
      tally.add('words that came back');
    }
    for (const { page } of [mother, priya]) await savedToHub(page);
  }
});
