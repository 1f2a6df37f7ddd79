/**
 * A SENCO on two devices and a mother on a third write in one draft, all of them without a connection. When the line
 * comes back, all three show the same and nothing that anybody typed is missing: rich text of the same field stands side
 * by side, two first names are put before a person, an overtaken nickname can be put back, and a contact that one removed
 * while another wrote in it is kept.
 */
import { readDatabase } from './support/database.ts';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './support/journey.ts';
import {
  control,
  editor,
  lineIsBack,
  openSection,
  reachedHub,
  shareWith,
  saving,
  signIn,
  startRequest,
  typeAtEnd,
  waitsHere,
} from './support/screens.ts';
import { tallyOf } from './support/tally.ts';

const tally = tallyOf('two-devices-two-people');

test('three devices of two people write in one draft offline, and converge with nothing lost', async ({
  hub,
  openDevice,
}) => {
  const [laptop, phone, mother] = await Promise.all([openDevice(), openDevice(), openDevice()]);
  await signIn(laptop.page, hub, 'priya');
  const doc = await startRequest(laptop.page);
  await openSection(laptop.page, 'child');
  await control(laptop.page, 'child', 'last_name').fill('Wrenfield');
  await openSection(laptop.page, 'contacts');
  await laptop.page.getByRole('button', { name: 'Add a contact' }).click();
  await laptop.page.getByLabel('Full name').fill('Orla Wrenfield');
  await openSection(laptop.page, 'views');
  await laptop.page
    .getByRole('group', { name: /^Did the child/ })
    .getByLabel('Yes')
    .check();
  await typeAtEnd(await editor(laptop.page, 'views', 'working'), 'Together: ', 5);
  await reachedHub(laptop.page);

  // Shared by the dialog, and there at once for the other person.
  await signIn(mother.page, hub, 'agnieszka');
  await shareWith(laptop.page, 'agnieszka');
  await mother.page.getByRole('link', { name: 'Wrenfield' }).click();
  await signIn(phone.page, hub, 'priya');
  await phone.page.getByRole('link', { name: 'Wrenfield' }).click();
  const pages = [laptop.page, phone.page, mother.page];
  for (const page of pages) {
    for (const section of ['child', 'contacts', 'views']) await openSection(page, section);
    await expect(await editor(page, 'views', 'working')).toHaveText('Together:');
    await expect(page.getByLabel('Full name')).toHaveValue('Orla Wrenfield');
    await reachedHub(page);
  }

  await test.step('each sees who else is there, and where they write, before any words collide', async () => {
    const bar = laptop.page.getByRole('group', { name: 'This request', exact: true });
    await expect(bar).toContainText('Agnieszka Kowalczyk (Parent or carer) also has this request open.');
    const heading = (page: Page, key: string) => page.locator(`#section-${key}-heading`);
    await control(laptop.page, 'child', 'last_name').focus();
    await expect(heading(mother.page, 'child')).toContainText('Priya Nair (SENCO) is also writing here now');
    await control(mother.page, 'child', 'last_name').focus();
    await expect(heading(phone.page, 'child')).toContainText('Agnieszka Kowalczyk (Parent or carer) is also writing');
    tally.add('seen to be there', 3);
  });
  await hub.stop();
  for (const page of pages) await expect(page.getByText('also has this request open')).toHaveCount(0);
  const phrases = [
    'The laptop writes that mornings are calm. ',
    'The telephone writes that bells are hard. ',
    'The mother writes that songs help at night. ',
  ];
  for (const [at, page] of pages.entries()) {
    await typeAtEnd(await editor(page, 'views', 'working'), phrases[at] ?? '', 5);
    tally.add('devices offline at once');
  }
  // A fact that matters, differently on two devices; a nickname, differently as well.
  await control(laptop.page, 'child', 'first_name').fill('Zofia');
  await control(laptop.page, 'child', 'preferred_name').fill('Zosia');
  await control(mother.page, 'child', 'first_name').fill('Sofia');
  await control(mother.page, 'child', 'preferred_name').fill('Zofka');
  // One removes a contact in which the other is writing; each adds another one.
  await mother.page.getByLabel('Relationship or role').fill('Grandmother');
  await laptop.page.getByRole('button', { name: /^Remove\s+Contact 1/ }).click();
  await addContact(laptop.page, 'Laptop Contact');
  await addContact(mother.page, 'Mother Contact');
  await addContact(phone.page, 'Telephone Contact');
  for (const page of pages) await waitsHere(page);

  await hub.start();
  await lineIsBack(...pages);
  for (const page of pages) await reachedHub(page);

  // The words of all three, each phrase whole, once and the same everywhere.
  await expect
    .poll(
      async () => new Set(await Promise.all(pages.map((page) => control(page, 'views', 'working').innerText()))).size,
    )
    .toBe(1);
  const text = readDatabase(hub.folder, (database) => database.text(doc, 'views', 'working').join(' '));
  expect(await control(phone.page, 'views', 'working').innerText()).toBe(text);
  expect(text.length).toBe(['Together: ', ...phrases].join('').length);
  for (const phrase of phrases) expect(text).toContain(phrase.trim());

  // The two first names stand beside each other, on every device that may write, until a person chooses.
  for (const page of pages) {
    const panel = page.getByRole('group', { name: 'First name: there are 2 different answers' });
    await expect(panel).toBeVisible();
    await expect(panel).toContainText('Zofia');
    await expect(panel).toContainText('Sofia');
    await expect(panel).toContainText(page === mother.page ? 'Priya Nair (SENCO)' : 'Agnieszka Kowalczyk (Parent');
  }
  // Also where the section is closed, and nobody would look.
  await phone.page.locator('#section-child-heading').click();
  await expect(phone.page.locator('#section-child-heading')).toHaveAttribute('aria-expanded', 'false');
  await expect(phone.page.locator('#section-child-heading')).toContainText('1 question has different answers');
  await openSection(phone.page, 'child');
  tally.add('conflicts');
  expect(readDatabase(hub.folder, (database) => database.field(doc, 'child', 'first_name')?.conflict)).not.toBeNull();
  // Somebody reads there meanwhile, by keyboard: they are not thrown to the top of the page.
  await phone.page.getByRole('button', { name: /^Use this answer\s*: Sofia/ }).focus();
  await mother.page.getByRole('button', { name: /^Use this answer\s*: Zofia/ }).click();
  await expect(control(phone.page, 'child', 'first_name')).toBeFocused();
  for (const page of pages) {
    await expect(page.getByRole('group', { name: /^First name: there are/ })).toHaveCount(0);
    await expect(control(page, 'child', 'first_name')).toHaveValue('Zofia');
  }
  await expect
    .poll(() => readDatabase(hub.folder, (database) => database.field(doc, 'child', 'first_name')))
    .toEqual({ value: 'Zofia', conflict: null });

  // Of two nicknames the later one stands; whoever wrote the other is told, and puts it back.
  const standing = readDatabase(hub.folder, (database) => database.field(doc, 'child', 'preferred_name')?.value);
  expect(['Zosia', 'Zofka']).toContain(standing);
  const [author, other] = standing === 'Zofka' ? [laptop, 'Zosia'] : [mother, 'Zofka'];
  for (const page of pages) await expect(control(page, 'child', 'preferred_name')).toHaveValue(String(standing));
  const overtaken = author.page.getByRole('group', {
    name: /Name they like to be called: .* gave a different answer/,
  });
  await expect(overtaken).toContainText(other);
  tally.add('notices to authors');
  await overtaken.getByRole('button', { name: 'Use my answer instead' }).click();
  for (const page of pages) await expect(control(page, 'child', 'preferred_name')).toHaveValue(other);

  // The contact is kept with what was written in it, both are told, and the three new ones are all there.
  const names = ['Orla Wrenfield', 'Laptop Contact', 'Mother Contact', 'Telephone Contact'];
  for (const page of pages)
    await expect.poll(() => valuesOf(page.getByLabel('Full name'))).toEqual(expect.arrayContaining(names));
  const orders = await Promise.all(pages.map((page) => valuesOf(page.getByLabel('Full name'))));
  expect(new Set(orders.map(String)).size).toBe(1);
  expect(orders[0]).toHaveLength(names.length);
  await expect(
    laptop.page.getByRole('group', { name: /^Contact \d.* (was not removed|was removed, and is back)/ }),
  ).toBeVisible();
  tally.add('notices to authors');
  await expect(
    mother.page.getByRole('group', { name: /^Contact \d.* (was not removed|was removed, and is back)/ }),
  ).toBeVisible();
  tally.add('notices to authors');
  readDatabase(hub.folder, (database) => {
    const contacts = database.items(doc, 'contacts');
    expect(contacts.map(({ fields }) => fields.full_name)).toEqual(orders[0]);
    expect(contacts.find(({ fields }) => fields.full_name === 'Orla Wrenfield')?.fields.relationship).toBe(
      'Grandmother',
    );
    // Every value that anybody gave stands in the log.
    const values = database.log(doc).map(({ edit }) => edit[4]);
    for (const value of ['Zofia', 'Sofia', 'Zosia', 'Zofka', 'Grandmother', ...names]) expect(values).toContain(value);
  });
  for (const page of pages) await expect(saving(page)).toHaveAttribute('data-saving', 'hub');
});

async function addContact(page: Page, name: string): Promise<void> {
  const before = await page.getByLabel('Full name').count();
  await page.getByRole('button', { name: /^Add (a|another) contact$/ }).click();
  await expect(page.getByLabel('Full name')).toHaveCount(before + 1);
  await page.getByLabel('Full name').last().fill(name);
}

const valuesOf = (fields: Locator): Promise<string[]> =>
  fields.evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value));
