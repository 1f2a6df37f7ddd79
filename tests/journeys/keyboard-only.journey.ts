/**
 * Somebody who cannot use a mouse signs in, fills in the whole request, every section and every kind of question, with a
 * document, and sends it. Whatever is on the screen and cannot be reached by Tab stays empty, and the journey fails.
 */
import type { Page } from '@playwright/test';
import { fieldTypes } from '#sync/field-types/index.ts';
import { isItems, type FieldDefinition, type Fields, type FormDefinition } from '#sync/forms/define.ts';
import { request } from '#sync/forms/request/index.ts';
import { demonstrationPassword, people } from '#tests/people/index.ts';
import { readDatabase } from './support/database.ts';
import { expect, test } from './support/journey.ts';
import { focused, showsFocus, tabTo, type Focused } from './support/keys.ts';
import { documentOf, reachedHub } from './support/screens.ts';
import { tallyOf } from './support/tally.ts';

const tally = tallyOf('keyboard-only');
const definitions = new Map(Object.values((request as FormDefinition).sections).flatMap(({ fields }) => named(fields)));

test('the whole request is filled in and sent by keyboard alone', async ({ hub, openDevice }) => {
  const { page } = await openDevice();
  await page.goto(`${hub.url}/sign-in`);
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await tabTo(page, ({ id }) => id === 'email');
  await page.keyboard.type(people.priya.email);
  await tabTo(page, ({ id }) => id === 'password');
  await page.keyboard.type(demonstrationPassword);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Check your phone' })).toBeVisible();
  const code = async () =>
    /\d{6}/.exec((await hub.outbox()).find(({ channel }) => channel === 'sms')?.body ?? '')?.[0] ?? '';
  await expect.poll(code, { intervals: [50] }).not.toBe('');
  await tabTo(page, ({ id }) => id === 'code');
  await page.keyboard.type(await code());
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'My requests' })).toBeVisible();
  await tabTo(page, ({ text }) => text === 'Start a request');
  await showsFocus(page);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Request for an EHC needs assessment' })).toBeVisible();
  const doc = documentOf(page);

  // From the first section to the foot of the page, one stop after the other.
  let stops = 0;
  for (let one = await tabTo(page, ({ id }) => id.startsWith('section-')); ; one = await next(page)) {
    if (one.tag === 'body' || one.id === 'main' || one.text === 'Accessibility statement' || stops > 3_000) break;
    stops += 1;
    await answer(page, one);
  }
  expect(stops).toBeLessThan(3_000);
  await reachedHub(page);
  expect(await emptyOnes(page)).toEqual([]);
  for (const tag of await page.locator('.hub-section__button .govuk-tag').allInnerTexts())
    expect(tag.trim().toLowerCase()).toBe('complete');

  const answered = readDatabase(hub.folder, (database) => ({
    fields: database.rows(
      "SELECT field FROM field WHERE document_id = ? AND value != 'null' AND field NOT LIKE '~%'",
      doc,
    ).length,
    texts: database.rows("SELECT field FROM text WHERE document_id = ? AND tree != '[]'", doc).length,
    files: database.rows("SELECT id FROM attachment WHERE document_id = ? AND state = 'ready'", doc).length,
  }));
  expect(answered.files).toBe(1);
  tally.add('questions answered by keyboard', answered.fields + answered.texts + answered.files);

  await tabTo(page, ({ tag, text }) => tag === 'button' && text === 'Submit', 'Shift+Tab');
  await showsFocus(page);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Check the request before you send it' })).toBeVisible();
  await tabTo(page, ({ text }) => text === 'Submit request');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Request has been submitted' })).toBeVisible();
  expect(readDatabase(hub.folder, (database) => database.rows('SELECT stage FROM document WHERE id = ?', doc))).toEqual(
    [{ stage: 'received' }],
  );
});

async function next(page: Page): Promise<Focused> {
  await page.keyboard.press('Tab');
  return focused(page);
}

/** What this person does at one stop. Anything that is no question is passed by. */
async function answer(page: Page, one: Focused): Promise<void> {
  const definition = definitions.get(one.field);
  if (one.isExpanded === false && one.id.startsWith('section-')) {
    await page.keyboard.press('Enter');
    await expect(page.locator(`#${one.id}`)).toHaveAttribute('aria-expanded', 'true');
    // The views of a section are fetched when it first opens.
    await expect(
      page.locator(`[aria-labelledby="${one.id}"] .hub-field, [aria-labelledby="${one.id}"] .hub-items`).first(),
    ).toBeVisible();
    await expect(page.getByText(/: fetching the list …| …$/)).toHaveCount(0);
  } else if (one.type === 'radio' && !one.isAnswered) {
    await page.keyboard.press(one.field === 'by_young_person' ? 'ArrowDown' : 'Space');
    await expect.poll(async () => (await focused(page)).isAnswered).toBe(true);
  } else if (one.type === 'checkbox' && !one.isChecked && !one.id.includes('none')) {
    await page.keyboard.press('Space');
  } else if (one.type === 'file') {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')]);
    await chooser.setFiles({
      name: 'notes.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('Notes made by keyboard.'),
    });
    await expect.poll(async () => (await focused(page)).tag).toBe('h4');
  } else if (one.role === 'combobox' && one.value === '') {
    await page.keyboard.press('ArrowDown');
    await expect.poll(async () => (await focused(page)).isExpanded).toBe(true);
    await page.keyboard.press('Enter');
    await expect(page.locator(`[id="${one.id}"]`)).not.toHaveValue('');
  } else if (one.role === 'textbox' && one.value === '') {
    await page.keyboard.type('By keyboard.');
  } else if (one.tag === 'input' && ['text', 'email', 'tel'].includes(one.type) && one.value === '') {
    await page.keyboard.type(lettersFor(one, definition));
  } else if (one.tag === 'button' && /^Add an? /.test(one.text) && one.entries === 0) {
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await focused(page)).tag).toBe('h3');
  } else if (one.tag === 'button' && one.text === 'Add this file') {
    await page.keyboard.press('Enter');
    await expect(page.getByText('notes.txt is saved on this device')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Add this file' })).toHaveCount(0);
  }
}

function lettersFor({ id, field }: Focused, definition: FieldDefinition | undefined): string {
  if (id.endsWith('-month')) return '3';
  if (id.endsWith('-year')) return '2019';
  if (id.endsWith('-postcode')) return 'HA1 4XX';
  switch (definition?.type) {
    case 'date':
      return '5';
    case undefined:
      return '5';
    case 'address':
      return 'By keyboard';
    case 'number':
      return '1';
    default: {
      const made = fieldTypes[definition.type]?.generate(definition, () => 1);
      return typeof made === 'string' && /^(upn|uln|nhs-number|email|phone)$/.test(definition.type)
        ? made
        : `${field} by keyboard`;
    }
  }
}

/** Questions that stand open on the screen without an answer. */
const emptyOnes = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const typed = [
      ...document.querySelectorAll<HTMLInputElement>(
        'main input:not([type=radio]):not([type=checkbox]):not([type=file]):not([aria-hidden=true])',
      ),
    ];
    const written = [...document.querySelectorAll<HTMLElement>('main [contenteditable=true]')];
    const groups = [...document.querySelectorAll<HTMLElement>('main fieldset')].filter(
      (group) =>
        group.querySelector('input[type=radio], input[type=checkbox]') !== null &&
        group.querySelector('fieldset') === null,
    );
    return [
      ...typed.filter((one) => one.value === '').map((one) => one.id),
      ...written.filter((one) => one.innerText.trim() === '').map((one) => one.id),
      ...groups
        .filter((group) => group.querySelector(':checked') === null)
        .map((group) => group.innerText.split('\n')[0] ?? ''),
    ];
  });

function named(fields: Fields): [string, FieldDefinition][] {
  return Object.entries(fields).flatMap(([name, field]): [string, FieldDefinition][] => [
    [name, field],
    ...(isItems(field) ? named(field.fields) : []),
  ]);
}
