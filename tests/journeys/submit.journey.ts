/**
 * A request is sent where there is no connection: it waits, says so, and can be taken back. When the line comes it gets
 * its number, and the letters about it name no child. What somebody else wrote too late does not change it and is not
 * lost: its author sends it on, copies it or drops it, and a co-ordinator reads the request as it was sent.
 */
import { readDatabase } from './support/database.ts';
import { fillRequired, submit } from './support/filled-request.ts';
import { expect, test } from './support/journey.ts';
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
  waitsHere,
} from './support/screens.ts';
import { tallyOf } from './support/tally.ts';
import { people } from '#tests/people/index.ts';

const tally = tallyOf('submit');
const child = { firstName: 'Ottoline', lastName: 'Hazelgrove', bornOn: ['9', '4', '2018'] } as const;
const caseNumber = /EHC\/\d\d\/\d{4}/;

test('a request submitted offline waits, is taken back once, gets its number, and late words of another are kept beside it', async ({
  hub,
  openDevice,
}) => {
  const [tom, mother] = await Promise.all([
    openDevice(),
    openDevice({ prepare: (context) => context.grantPermissions(['clipboard-read', 'clipboard-write']) }),
  ]);
  await signIn(tom.page, hub, 'tom');
  const doc = await startRequest(tom.page);
  await fillRequired(tom.page, 'tom', child);
  await openSection(tom.page, 'views');
  await tom.page
    .getByRole('group', { name: /^Did the child/ })
    .getByLabel('Yes')
    .check();
  await typeAtEnd(await editor(tom.page, 'views', 'working'), 'I like the canal boats.', 5);
  await reachedHub(tom.page);
  await signIn(mother.page, hub, 'agnieszka');
  await shareWith(tom.page, 'agnieszka');
  await mother.page.getByRole('link', { name: child.lastName }).click();
  await expect(
    mother.page.getByText(`${people.tom.name} (SENCO) shared this draft with you to read and write in. Only they can`),
  ).toBeVisible();
  for (const section of ['child', 'views', 'contacts']) await openSection(mother.page, section);
  await expect(await editor(mother.page, 'views', 'working')).toHaveText('I like the canal boats.');

  // Both lose the line. One submits, the other writes on and does not know it.
  await hub.stop();
  await control(tom.page, 'child', 'middle_names').fill('Rosalind');
  await waitsHere(tom.page);
  await submit(tom.page);
  await expect(tom.page).toHaveURL(`${hub.url}/requests/${doc}`);
  const banner = tom.page.getByRole('alert', { name: 'Being sent' });
  await expect(banner).toBeVisible();
  await expect(saving(tom.page)).toContainText('Waiting for a connection');
  await expect(control(tom.page, 'views', 'working')).toHaveCount(0);
  await expect(tom.page.getByRole('button', { name: 'Submit', exact: true })).toHaveCount(0);
  await tom.page.getByRole('button', { name: 'Go back to editing' }).click();
  await expect(banner).toHaveCount(0);
  await openSection(tom.page, 'views');
  await typeAtEnd(await editor(tom.page, 'views', 'working'), ' And the lock keeper.', 5);
  await waitsHere(tom.page);
  await submit(tom.page);
  await expect(banner).toBeVisible();

  await typeAtEnd(await editor(mother.page, 'views', 'not_working'), 'The lift frightens her.', 5);
  await control(mother.page, 'child', 'preferred_name').fill('Lina');
  await mother.page.getByRole('button', { name: 'Add a contact' }).click();
  await mother.page.getByLabel('Full name').fill('Late Contact');
  await waitsHere(mother.page);

  // Hers comes back later: had he been overtaken, he would rightly be asked to read her words first.
  await mother.context.setOffline(true);
  await hub.start();
  await lineIsBack(tom.page);
  await expect(tom.page.getByRole('heading', { name: 'Request has been submitted' })).toBeVisible();
  await expect(tom.page.getByText('Received, waiting for the council')).toBeVisible();
  const number = caseNumber.exec(await tom.page.locator('.govuk-panel').innerText())?.[0] ?? '';
  expect(number).toMatch(caseNumber);
  tally.add('submissions');
  await expect(tom.page.getByText('I like the canal boats. And the lock keeper.')).toBeVisible();
  await expect.poll(() => lettersAbout(number), { intervals: [100] }).toHaveLength(3);
  const letters = await lettersAbout(number);
  expect(letters.filter(({ subject }) => /^We have received your request/.test(subject)).map(({ to }) => to)).toEqual([
    people.tom.email,
  ]);
  expect(
    letters
      .filter(({ subject }) => /^New request received/.test(subject))
      .map(({ to }) => to)
      .sort(),
  ).toEqual([people.joanne.email, people.kwame.email].sort());
  for (const { subject, body } of await hub.outbox())
    for (const detail of [child.firstName, child.lastName, '2018', 'Thornley', 'canal'])
      expect(`${subject}\n${body}`).not.toContain(detail);

  // P9: it stays in the sender's own list.
  await tom.page.getByRole('link', { name: 'My requests' }).click();
  await expect(
    tom.page.getByRole('table', { name: 'Requests you sent' }).getByRole('row', { name: child.lastName }),
  ).toContainText(number);

  // The other's words came too late: closed, kept, and hers to decide on.
  await lineIsBack(mother.page);
  const late = mother.page.getByRole('group', {
    name: /your answer came after the request was sent|change of yours was not made/i,
  });
  await expect(late).toHaveCount(await parkedCount(doc));
  tally.add('parked edits', await late.count());
  await expect(
    mother.page.getByText('This request was sent to the council before your answer arrived').first(),
  ).toBeVisible();
  const withWords = late.filter({ hasText: 'The lift frightens her.' });
  await withWords.getByRole('button', { name: 'Copy' }).click();
  await expect(withWords).toContainText('Copied.');
  expect(await mother.page.evaluate(() => navigator.clipboard.readText())).toBe('The lift frightens her.');
  await withWords.getByRole('button', { name: 'Send to the council' }).click();
  // Asked first, because it cannot be taken back; a second press in the same place does nothing.
  await expect(withWords.getByRole('button', { name: 'Do not send' })).toBeFocused();
  await withWords.getByRole('button', { name: 'Send my words' }).click();
  await expect(withWords).toHaveCount(0);
  const nickname = late.filter({ hasText: 'Lina' });
  await nickname.getByRole('button', { name: 'Delete my words' }).click();
  await expect(nickname).toHaveCount(1);
  await nickname.getByRole('button', { name: 'Delete these words for good' }).click();
  await expect(nickname).toHaveCount(0);
  await expect(late.filter({ hasText: 'Late Contact' })).toHaveCount(1);
  await reachedHub(mother.page);

  // The co-ordinator finds it at intake and reads it as it was sent, with what was sent on told apart.
  const desk = await openDevice();
  await signIn(desk.page, hub, 'joanne');
  await desk.page.getByRole('link', { name: 'Intake' }).click();
  const row = desk.page.getByRole('row', { name: child.lastName });
  await expect(row).toContainText(number);
  await row.getByRole('link').click();
  await expect(desk.page.getByRole('heading', { name: `${child.firstName} ${child.lastName}` })).toBeVisible();
  await expect(desk.page.getByText('I like the canal boats. And the lock keeper.')).toBeVisible();
  await expect(desk.page.getByText('More words sent on after the request was received')).toBeVisible();
  await expect(desk.page.getByText('The lift frightens her.')).toBeVisible();
  for (const words of ['Lina', 'Late Contact']) await expect(desk.page.getByText(words)).toHaveCount(0);
  readDatabase(hub.folder, (database) => {
    const [document] = database.rows('SELECT stage, case_number, received_on FROM document WHERE id = ?', doc);
    expect(document).toMatchObject({ stage: 'received', case_number: number });
    expect(document?.received_on).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(database.rows('SELECT id FROM snapshot WHERE document_id = ?', doc)).toHaveLength(1);
    expect(database.text(doc, 'views', 'not_working')).toEqual([]);
    expect(database.field(doc, 'child', 'preferred_name')).toBeUndefined();
    expect(database.items(doc, 'contacts')).toEqual([]);
  });
  tally.add('requests read at a desk');

  async function lettersAbout(about: string) {
    return (await hub.outbox()).filter(({ channel, body }) => channel === 'email' && body.includes(about));
  }
  function parkedCount(document: string): Promise<number> {
    const count = () =>
      readDatabase(
        hub.folder,
        (database) => database.rows("SELECT id FROM mine WHERE document_id = ? AND what = 'parked'", document).length,
      );
    return expect.poll(count).toBeGreaterThan(2).then(count);
  }
});

test('the page that shows everything once more leads from each section to where it is changed', async ({
  hub,
  openDevice,
}) => {
  const { page } = await openDevice();
  await signIn(page, hub, 'tom');
  await startRequest(page);
  await fillRequired(page, 'tom', child);
  const sections = page.locator('section.hub-outline');
  const links = page.getByRole('link', { name: /^Change / });
  for (const [title, key] of [
    ['Child or young person', 'child'],
    ['Supporting documents', 'documents'],
  ] as const) {
    await page.getByRole('button', { name: 'Submit', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Check the request before you submit it' })).toBeVisible();
    await expect(links).toHaveCount(await sections.count());
    await page.getByRole('link', { name: `Change ${title}` }).click();
    const heading = page.locator(`#section-${key}-heading`);
    await expect(heading).toBeFocused();
    await expect(heading).toHaveAttribute('aria-expanded', 'true');
    tally.add('sections led back to');
    // Closed again, so that the next look finds it opened by the link alone.
    await heading.click();
  }
});
