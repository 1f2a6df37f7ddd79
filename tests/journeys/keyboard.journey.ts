/**
 * A SENCO who cannot use a mouse writes a whole request: every question that she is asked, one entry in each list, formatted
 * words, a document, and the sending. After signing in nothing but keys touches the page, the focus can always be seen, and
 * nothing holds it.
 */
import type { Page } from '@playwright/test';
import { readDatabase } from './support/database.ts';
import { expect, test } from './support/journey.ts';
import { keyboardOf, type Keyboard, type Stop } from './support/keyboard.ts';
import { documentOf, reachedHub, signIn } from './support/screens.ts';
import { tallyOf } from './support/tally.ts';

const tally = tallyOf('keyboard-only');

test('the whole request can be filled, checked and sent by keyboard alone', async ({ hub, openDevice }) => {
  test.setTimeout(420_000);
  const { page } = await openDevice();
  await signIn(page, hub, 'priya');
  const keys = keyboardOf(page);

  const skip = await keys.next();
  expect(skip.words).toBe('Skip to main content');
  await keys.press('Enter');
  await keys.to(({ words }) => words === 'Start a request', 'the button that starts a request');
  await keys.press('Enter');
  await expect(page.getByRole('heading', { name: 'Request for an EHC needs assessment' })).toBeVisible();
  const doc = documentOf(page);

  // Sent too early: the summary takes the focus, and its first link leads to the first question.
  await keys.to(({ words }) => words === 'Submit', 'the button that sends');
  await keys.press('Enter');
  await expect(page.getByRole('alert')).toBeFocused();
  await keys.next();
  await keys.press('Enter');
  await expect(page.locator('#field-consent-consent_given')).toBeFocused();
  // Back before the first section, so that nothing in it is left out.
  await keys.to(({ words }) => /^(Open|Close) all sections$/.test(words), 'all sections', 'Shift+Tab');

  const typed = await fillForm(page, keys);
  tally.add('questions answered by keyboard', typed.size);
  await reachedHub(page);
  await expect(page.getByRole('row', { name: 'School report.pdf' })).toContainText('Saved to the Hub');
  for (const heading of await page.locator('.hub-section__button').all())
    await expect(heading).toContainText('Complete');

  await keys.to(({ words }) => words === 'Submit', 'the button that sends');
  await keys.press('Enter');
  await expect(page.getByRole('heading', { name: 'Check the request before you send it' })).toBeVisible();
  await keys.to(({ words }) => words === 'Submit request', 'the button that sends for good');
  await keys.press('Enter');
  await expect(page.getByRole('heading', { name: 'Request has been submitted' })).toBeVisible();
  const caseNumber = /EHC\/\d\d\/\d{4}/.exec(await page.getByText('Your case number').innerText())?.[0];
  expect(caseNumber).toBeDefined();
  console.log(`The focus was looked at ${String(keys.stops)} times.`);

  readDatabase(hub.folder, (database) => {
    const row = (sql: string) => database.rows(sql, doc)[0];
    expect(row('SELECT stage, case_number FROM document WHERE id = ?')).toEqual({
      stage: 'received',
      case_number: caseNumber,
    });
    const fields = database.rows('SELECT holder, field, value FROM field WHERE document_id = ?', doc);
    const texts = database.rows('SELECT holder, field, tree FROM text WHERE document_id = ?', doc);
    for (const [control, words] of typed) {
      const held = [...fields, ...texts].find(
        ({ holder, field }) => control === `field-${String(holder)}-${String(field)}`,
      );
      expect(held, control).toBeDefined();
      if (words !== '') expect(String(held?.value ?? held?.tree), control).toContain(words);
    }
    expect(database.field(doc, 'child', 'dob')?.value).toBe('2017-05-04');
    expect(database.field(doc, 'child', 'lang_spoken')?.value).toBe(
      database.field(doc, 'requester', 'req_lang_spoken')?.value,
    );
    expect(
      JSON.parse(String(texts.find(({ holder, field }) => holder === 'views' && field === 'working')?.tree)),
    ).toEqual([
      { type: 'paragraph', runs: [{ text: 'Typed with ' }, { text: 'bold', marks: ['bold'] }, { text: ' words' }] },
      {
        type: 'bullets',
        items: [
          [{ type: 'paragraph', runs: [{ text: 'first' }] }],
          [{ type: 'paragraph', runs: [{ text: 'second' }] }],
        ],
      },
    ]);
    expect(database.rows('SELECT id FROM item WHERE document_id = ?', doc)).toHaveLength(8);
  });
});

/** Walks through the form by Tab and answers whatever it comes to; tells what was typed, by control. */
async function fillForm(page: Page, keys: Keyboard): Promise<Map<string, string>> {
  const typed = new Map<string, string>();
  const done = new Set<string>();
  for (;;) {
    const stop = await keys.next();
    if (stop.tag === 'BODY' || stop.words === 'Accessibility statement') return typed;
    const once = stop.name || stop.id || `${stop.field} ${stop.words}`;
    if (done.has(once)) continue;
    done.add(once);
    await answer(page, keys, stop, typed);
  }
}

async function answer(page: Page, keys: Keyboard, stop: Stop, typed: Map<string, string>): Promise<void> {
  const { id, type, role, words, isExpanded } = stop;
  const question = id.replace(/-(month|year|line2|line3|town|county|postcode)$/, '');
  if (isExpanded === false && role !== 'combobox') {
    await keys.press('Enter');
    await drawn(page);
  } else if (/^Add an? /.test(words) || words === 'Add this file') {
    await keys.press('Enter');
    await drawn(page);
  } else if (type === 'radio') {
    await chooseRadio(keys, stop.name);
    typed.set(stop.name, '');
    await drawn(page);
  } else if (type === 'checkbox') {
    await keys.press('Space');
    typed.set(question.replace(/-\d+$/, ''), '');
  } else if (type === 'file') {
    const asking = page.waitForEvent('filechooser');
    await keys.press('Space');
    const name = 'School report.pdf';
    await (await asking).setFiles({ name, mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n') });
    await drawn(page);
  } else if (role === 'combobox') {
    await chooseFromList(page, keys, stop);
    if (!id.includes('documents')) typed.set(id, '');
  } else if (role === 'textbox') {
    if (id === 'field-views-working') await writeFormatted(keys);
    else await keys.type(`Words about ${stop.field}`);
    typed.set(id, id === 'field-views-working' ? 'bold' : `Words about ${stop.field}`);
  } else if (id.startsWith('field-') && (type !== '' || stop.tag === 'TEXTAREA')) {
    const text = wordsFor(stop);
    await keys.type(text);
    const isPart = question !== id || isDay(stop);
    if (!id.includes('documents') && (!isPart || !typed.has(question)))
      typed.set(question, isPart || isCode(stop) ? '' : text);
  }
}

const isDay = ({ field }: Stop) => /dob|_on$|documents/.test(field);
const isCode = ({ field }: Stop) => /upn|uln|nhs|offset|percent|phone|telephone/.test(field);

function wordsFor({ id, type, field }: Stop): string {
  if (id.endsWith('-month')) return '5';
  if (id.endsWith('-year')) return field === 'dob' ? '2017' : '2026';
  if (isDay({ field } as Stop)) return '4';
  if (/upn/.test(field)) return 'B801200005001';
  if (field === 'uln') return '1000000043';
  if (field === 'nhs_number') return '999 000 0018';
  if (field === 'year_offset') return '-1';
  if (field === 'attendance_percent') return '93.5';
  if (type === 'email' || /email/.test(field)) return 'someone@example.org';
  if (type === 'tel' || /phone/.test(field)) return '07700 900123';
  if (id.endsWith('-postcode')) return 'SW1A 1AA';
  return `Typed into ${id.slice(-18)}`;
}

/** The first answer, or the one that brings further questions. */
async function chooseRadio(keys: Keyboard, name: string): Promise<void> {
  await keys.press('Space');
  if (/by_young_person|first_request/.test(name)) await keys.press('ArrowDown');
}

/** By typing, by arrows, or both. */
async function chooseFromList(page: Page, keys: Keyboard, { id, field }: Stop): Promise<void> {
  if (/lang/.test(field)) await keys.type('polis');
  await expect(async () => {
    await keys.press('ArrowDown');
    await expect(page.locator('[role="option"][aria-selected="true"]').first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 10_000 });
  await keys.press('Enter');
  await expect(page.locator(`[id="${id}"]`)).not.toHaveValue('');
}

async function writeFormatted(keys: Keyboard): Promise<void> {
  await keys.type('Typed with ');
  await keys.press('Control+b');
  await keys.type('bold');
  await keys.press('Control+b');
  await keys.type(' words');
  await keys.press('Enter');
  // Out of the words, past the sizes, into the tools; the fifth makes a list and leads back.
  await keys.next('Shift+Tab');
  await keys.next('Shift+Tab');
  await keys.press('ArrowRight', 4);
  expect((await keys.here()).words + (await keys.here()).tag).toContain('BUTTON');
  await keys.press('Space');
  await keys.type('first');
  await keys.press('Enter');
  await keys.type('second');
}

/** What an answer brings has been fetched and drawn. */
async function drawn(page: Page): Promise<void> {
  let before = -1;
  await expect
    .poll(
      async () => {
        const now = await page.locator('[data-field], [data-field] input, [role="textbox"]').count();
        const isSame = now === before;
        before = now;
        return isSame && (await page.locator('.hub-editor__waiting, select.govuk-select').count()) === 0;
      },
      { intervals: [80] },
    )
    .toBe(true);
}
