/**
 * A SENCO who cannot use a mouse signs in, writes a whole request (every question that she is asked, one entry in each
 * list, formatted words, a document) and sends it. Nothing but keys touches the page, the focus can always be seen, and
 * nothing holds it.
 */
import type { Page } from '@playwright/test';
import { demonstrationPassword, people } from '#tests/people/index.ts';
import { readDatabase } from './support/database.ts';
import type { HubServer } from './support/hub-server.ts';
import { expect, test } from './support/journey.ts';
import { keyboardOf, type Keyboard } from './support/keyboard.ts';
import { answerByKeyboard, chosenFile, unanswered, type Answered } from './support/request-by-keyboard.ts';
import { documentOf, reachedHub } from './support/screens.ts';
import { tallyOf } from './support/tally.ts';

const tally = tallyOf('keyboard-only');

test('the whole request can be filled in, checked and sent by keyboard alone', async ({ hub, openDevice }) => {
  const { page } = await openDevice();
  const keys = keyboardOf(page);
  await signInByKeyboard(page, keys, hub);

  await keys.to(({ words }) => words === 'Skip to main content', 'the link past the menu', 'Shift+Tab');
  await keys.press('Enter');
  expect((await keys.next()).words).toBe('Start a request');
  await keys.press('Enter');
  await expect(page.getByRole('heading', { name: 'Request for an EHC needs assessment' })).toBeVisible();
  const doc = documentOf(page);

  await sendTooEarly(page, keys);

  // From before the first section to the end of the page, so that nothing is left out.
  await keys.to(({ words }) => words === 'Open all sections', 'all sections', 'Shift+Tab');
  const answered = await answerByKeyboard(page, keys);
  tally.add('questions answered by keyboard', answered.questions.size);
  expect(await unanswered(page)).toEqual([]);
  await expect(page.getByRole('row', { name: chosenFile.name })).toContainText('Saved to the Hub');
  await reachedHub(page);
  for (const heading of await page.locator('.hub-section__button').all())
    await expect(heading).toContainText('Complete');

  await keys.to(({ words }) => words === 'Submit', 'the button that sends');
  await keys.press('Enter');
  await expect(page.getByRole('heading', { name: 'Check the request before you submit it' })).toBeVisible();
  await keys.to(({ words }) => words === 'Submit request', 'the button that sends for good');
  await keys.press('Enter');
  await expect(page.getByRole('heading', { name: 'Request has been submitted' })).toBeVisible();
  const caseNumber = /EHC\/\d\d\/\d{4}/.exec(await page.getByText('Your case number').innerText())?.[0] ?? '';
  await expect(page.getByRole('heading', { name: 'What you sent' })).toBeVisible();
  await keys.to(({ words }) => words === 'Go to your requests', 'the way on from the receipt');
  tally.add('stops at which the focus was seen', keys.stops);

  isStored(hub, doc, caseNumber, answered);
});

async function signInByKeyboard(page: Page, keys: Keyboard, hub: HubServer): Promise<void> {
  await page.goto(`${hub.url}/sign-in`);
  await expect(page.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
  await keys.to(({ id }) => id === 'email', 'the email address');
  await keys.type(people.priya.email);
  await keys.to(({ id }) => id === 'password', 'the password');
  await keys.type(demonstrationPassword);
  await keys.press('Enter');
  await expect(page.getByRole('heading', { name: 'Check your phone' })).toBeVisible();
  const code = async () =>
    /\d{6}/.exec((await hub.outbox()).find(({ channel }) => channel === 'sms')?.body ?? '')?.[0] ?? '';
  await expect.poll(code, { intervals: [50] }).not.toBe('');
  await keys.to(({ id }) => id === 'code', 'the security code');
  await keys.type(await code());
  await keys.press('Enter');
  await expect(page.getByRole('heading', { name: 'My requests', level: 1 })).toBeVisible();
}

/** The summary takes the focus, and each of its links leads to its question, also in a section that is closed. */
async function sendTooEarly(page: Page, keys: Keyboard): Promise<void> {
  const links = page.getByRole('alert').getByRole('link');
  for (let at = 0; at === 0 || at < (await links.count()); at += 1) {
    await keys.to(({ words }) => words === 'Submit', 'the button that sends', at === 0 ? 'Tab' : 'Shift+Tab');
    await keys.press('Enter');
    await expect(page.getByRole('alert')).toBeFocused();
    expect((await keys.here()).faults).toEqual([]);
    for (let link = 0; link <= at; link += 1) await keys.next();
    const target = new URL((await links.nth(at).getAttribute('href')) ?? '', page.url()).hash;
    await expect(links.nth(at)).toBeFocused();
    await keys.press('Enter');
    await expect(page.locator(`[id="${target.slice(1)}"]`)).toBeFocused();
    // It is scrolled into view once what was opened around it is laid out.
    await expect.poll(async () => (await keys.here()).faults).toEqual([]);
    tally.add('errors followed to their questions');
  }
}

/** What the server holds is what was typed. */
function isStored(hub: HubServer, doc: string, caseNumber: string, { words }: Answered): void {
  readDatabase(hub.folder, (database) => {
    const rows = (sql: string) => database.rows(sql, doc);
    expect(rows('SELECT stage, case_number FROM document WHERE id = ?')).toEqual([
      { stage: 'received', case_number: caseNumber },
    ]);
    const held = [
      ...rows('SELECT holder, field, value AS words FROM field WHERE document_id = ?'),
      ...rows('SELECT holder, field, tree AS words FROM text WHERE document_id = ?'),
    ];
    const heldAt = (control: string) =>
      held.find(({ holder, field }) => control === `field-${String(holder)}-${String(field)}`)?.words;
    for (const [control, typed] of words) expect(heldAt(control), control).toContain(typed);
    expect(heldAt('field-child-dob')).toBe('"2017-05-04"');
    expect(heldAt('field-child-lang_spoken')).toBe(heldAt('field-requester-req_lang_spoken'));
    expect(JSON.parse(String(heldAt('field-views-working')))).toEqual([
      {
        type: 'paragraph',
        runs: [{ text: 'Typed with ' }, { text: words.get('field-views-working'), marks: ['bold'] }],
      },
      {
        type: 'bullets',
        items: [
          [{ type: 'paragraph', runs: [{ text: 'first' }] }],
          [{ type: 'paragraph', runs: [{ text: 'second', size: 19 }] }],
        ],
      },
    ]);
    // A contact, a former UPN, a setting of now and one of before, and an outcome in each of the four areas.
    expect(rows('SELECT id FROM item WHERE document_id = ?')).toHaveLength(8);
    expect(rows("SELECT id FROM attachment WHERE document_id = ? AND state = 'ready'")).toHaveLength(1);
  });
}
