/**
 * A draft is shown to a colleague to read, then she may write in it, then not any more; and an answer that was typed over
 * is found again and put back. Each change of who may see the draft is told and logged.
 */
import { readDatabase } from './support/database.ts';
import { choose } from './support/filled-request.ts';
import { expect, test } from './support/journey.ts';
import {
  control,
  editor,
  openSection,
  reachedHub,
  shareWith,
  signIn,
  startRequest,
  typeAtEnd,
  unlock,
} from './support/screens.ts';
import { tallyOf } from './support/tally.ts';
import { people } from '#tests/people/index.ts';

const tally = tallyOf('sharing-and-history');

test('a draft that is shared to read is only read, and goes from the other device when sharing ends', async ({
  hub,
  openDevice,
}) => {
  const [priya, tom] = await Promise.all([openDevice(), openDevice({ viewport: { width: 360, height: 740 } })]);
  await signIn(priya.page, hub, 'priya');
  const doc = await startRequest(priya.page);
  await openSection(priya.page, 'child');
  await control(priya.page, 'child', 'last_name').fill('Larkhanger');
  await openSection(priya.page, 'views');
  await priya.page
    .getByRole('group', { name: /^Did the child/ })
    .getByLabel('Yes')
    .check();
  await typeAtEnd(await editor(priya.page, 'views', 'working'), 'He likes the greenhouse.', 5);
  await reachedHub(priya.page);
  await signIn(tom.page, hub, 'tom');
  await expect(tom.page.getByText('Larkhanger')).toHaveCount(0);

  // What he may do is said by her, and never left standing.
  await priya.page.getByRole('button', { name: 'Share', exact: true }).click();
  const asking = priya.page.getByRole('dialog', { name: 'Share this draft' });
  await asking.getByLabel('Their email address').fill(people.tom.email);
  await asking.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(asking.getByRole('group', { name: 'What can they do?' })).toHaveAccessibleDescription(
    'Error: Choose what they can do',
  );
  await expect(asking.getByRole('radio').first()).toBeFocused();
  await expect(asking.getByText('can open this draft now')).toHaveCount(0);
  await priya.page.keyboard.press('Escape');
  await shareWith(priya.page, 'tom', 'Read only');
  await tom.page.getByRole('link', { name: 'Larkhanger' }).click();
  await expect(
    tom.page.getByText('Priya Nair (SENCO) shared this draft with you to read. Only they can submit it.'),
  ).toBeVisible();
  await openSection(tom.page, 'views');
  await expect(tom.page.getByText('He likes the greenhouse.')).toBeVisible();
  await expect(tom.page.locator('#main').getByRole('textbox')).toHaveCount(0);
  for (const name of ['Save', 'Share', 'Delete', 'Submit'])
    await expect(tom.page.getByRole('button', { name, exact: true })).toHaveCount(0);
  await typeAtEnd(control(priya.page, 'views', 'working'), ' And the hens.', 5);
  await expect(tom.page.getByText('He likes the greenhouse. And the hens.')).toBeVisible();
  tally.add('changes of who may see');

  await priya.page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = priya.page.getByRole('dialog', { name: 'Share this draft' });
  await dialog.getByRole('button', { name: 'Stop sharing with Tom Ashdown' }).click();
  await expect(dialog.getByText('Nobody yet.')).toBeVisible();
  await expect(tom.page.getByRole('heading', { name: 'You cannot open this request any more' })).toBeVisible();
  await expect(tom.page.getByText('greenhouse')).toHaveCount(0);
  await tom.page.getByRole('link', { name: 'Go to your requests' }).click();
  await expect(tom.page.getByRole('heading', { name: 'My requests', level: 1 })).toBeVisible();
  await expect(tom.page.getByText('Larkhanger')).toHaveCount(0);
  tally.add('changes of who may see');
  await tom.page.goto(`${hub.url}/requests/${doc}`);
  await unlock(tom.page);
  await expect(tom.page.getByRole('heading', { name: /You cannot open|There is nothing here/ })).toBeVisible();
  readDatabase(hub.folder, (database) => {
    const told = database
      .rows('SELECT what FROM event WHERE document_id = ? ORDER BY seq', doc)
      .map(({ what }) => what);
    expect(told).toEqual(expect.arrayContaining(['shared', 'unshared']));
    const audited = database.rows('SELECT action FROM audit WHERE document_id = ?', doc).map(({ action }) => action);
    expect(audited.length).toBeGreaterThan(0);
  });
});

test('an answer and a text that were typed over are found in their history and put back, on a phone', async ({
  hub,
  openDevice,
}) => {
  const [phone, laptop] = await Promise.all([openDevice({ viewport: { width: 360, height: 740 } }), openDevice()]);
  await signIn(phone.page, hub, 'agnieszka');
  const doc = await startRequest(phone.page);
  await openSection(phone.page, 'child');
  await control(phone.page, 'child', 'preferred_name').fill('Zosia');
  await reachedHub(phone.page);
  // On another device of hers: the first value was not typed in one go with the second.
  await signIn(laptop.page, hub, 'agnieszka');
  await laptop.page.locator(`a[href="/requests/${doc}"]`).click();
  await openSection(laptop.page, 'child');
  await expect(control(laptop.page, 'child', 'preferred_name')).toHaveValue('Zosia');
  await control(laptop.page, 'child', 'preferred_name').fill('Zofka');
  await reachedHub(laptop.page);

  await expect(control(phone.page, 'child', 'preferred_name')).toHaveValue('Zofka');
  await phone.page.getByRole('button', { name: 'Earlier answers to Name they like to be called' }).click();
  const dialog = phone.page.getByRole('dialog', { name: /^Earlier answers/ });
  const entries = dialog.getByRole('listitem');
  await expect(entries).toHaveCount(2);
  await expect(entries.first()).toContainText('Zofka');
  await expect(entries.first()).toContainText('the newest');
  await expect(entries.last()).toContainText('Zosia');
  await expect(entries.last()).toContainText('You, ');
  tally.add('earlier answers found');
  await entries
    .last()
    .getByRole('button', { name: /^Put this back/ })
    .click();
  await expect(dialog).toHaveCount(0);
  for (const { page } of [phone, laptop]) await expect(control(page, 'child', 'preferred_name')).toHaveValue('Zosia');
  await reachedHub(phone.page);
  readDatabase(hub.folder, (database) => {
    expect(database.field(doc, 'child', 'preferred_name')).toEqual({ value: 'Zosia', conflict: null });
    expect(database.log(doc).filter(({ edit }) => edit[3] === 'preferred_name').length).toBeGreaterThanOrEqual(3);
  });
  tally.add('earlier answers put back');
});

test('what a mother wrote stays hers to read when the father marks it private, and what he writes there is his', async ({
  hub,
  openDevice,
}) => {
  const [mother, father] = await Promise.all([openDevice(), openDevice()]);
  await signIn(mother.page, hub, 'agnieszka');
  const doc = await startRequest(mother.page);
  await openSection(mother.page, 'child');
  await control(mother.page, 'child', 'last_name').fill('Kowalczyk');
  await control(mother.page, 'child-address', 'main_phone').fill('01632 960101');
  await reachedHub(mother.page);
  await signIn(father.page, hub, 'marek');
  await shareWith(mother.page, 'marek');
  await father.page.locator(`a[href="/requests/${doc}"]`).click();
  await openSection(father.page, 'child');
  await expect(control(father.page, 'child-address', 'main_phone')).toHaveValue('01632 960101');
  await choose(father.page, /^Keep their address private/, 'Yes');
  await reachedHub(father.page);

  const section = mother.page.locator('#section-child-content');
  await expect(section.getByText('You can read what you wrote')).toBeVisible();
  await expect(control(mother.page, 'child-address', 'main_phone')).toHaveCount(0);
  await expect(section.getByText('01632 960101')).toBeVisible();
  tally.add('wishes of others met');

  await control(father.page, 'child-address', 'email').fill('away@hub.example');
  await reachedHub(father.page);
  await expect(section.getByText('so it is not shown to you')).toBeVisible();
  await expect(section.getByText('01632 960101')).toHaveCount(0);
  await expect(mother.page.getByText('away@hub.example')).toHaveCount(0);
  await expect(control(father.page, 'child-address', 'email')).toHaveValue('away@hub.example');
  tally.add('wishes of others met');
});
