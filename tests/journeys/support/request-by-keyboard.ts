/** Walks through an open request by Tab and answers whatever it comes to, as somebody does who has no mouse. */
import { expect, type Page } from '@playwright/test';
import { isItems, type Fields, type FormDefinition } from '#sync/forms/define.ts';
import { request } from '#sync/forms/request/index.ts';
import type { Keyboard, Stop } from './keyboard.ts';
import { formDrawn } from './screens.ts';

export interface Answered {
  /** Every question that was answered, by its control or its group of controls. */
  readonly questions: ReadonlySet<string>;
  /** What was typed into a box of words, by its control. */
  readonly words: ReadonlyMap<string, string>;
}

export const chosenFile = { name: 'School report.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n') };

/** From where the focus is to the end of the page. */
export async function answerByKeyboard(page: Page, keys: Keyboard): Promise<Answered> {
  const questions = new Set<string>();
  const words = new Map<string, string>();
  const passed = new Set<string>();
  // The system's own window is no part of the page; heard from the beginning, because asking to hear it takes a moment.
  page.on('filechooser', (chooser) => void chooser.setFiles(chosenFile));
  for (;;) {
    const stop = await keys.next();
    if (stop.tag === 'BODY') return { questions, words };
    const once = stop.type === 'radio' ? stop.name : stop.id || String(stop.number);
    if (passed.has(once)) continue;
    passed.add(once);
    const question = await answer(page, keys, stop, words);
    if (question !== undefined) questions.add(question);
  }
}

/** Questions that stand open on the screen without an answer. */
export const unanswered = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const typed = document.querySelectorAll<HTMLInputElement>(
      'main :is(input:not([type=radio], [type=checkbox], [type=file], [aria-hidden=true], .autocomplete__hint), textarea)',
    );
    const written = document.querySelectorAll<HTMLElement>('main [contenteditable=true]');
    const boxes = document.querySelectorAll<HTMLInputElement>('main :is([type=radio], [type=checkbox])');
    const groups = new Map<Element | null, boolean>();
    for (const one of boxes) {
      const group = one.closest('fieldset');
      groups.set(group, one.checked || groups.get(group) === true);
    }
    return [
      ...[...typed].filter((one) => one.value === '').map((one) => one.id),
      ...[...written].filter((one) => one.innerText.trim() === '').map((one) => one.id),
      ...[...groups]
        .filter(([, isAnswered]) => !isAnswered)
        .map(([group]) => group?.querySelector('legend')?.innerText ?? ''),
    ];
  });

/** What one does at a stop. Answers the question that was answered there, if it was one. */
async function answer(page: Page, keys: Keyboard, stop: Stop, words: Map<string, string>): Promise<string | undefined> {
  const { id, tag, type, role, field } = stop;
  if ((stop.isExpanded === false && role !== 'combobox') || /^Add (an? |this file)/.test(stop.words)) {
    await keys.press('Enter');
    await formDrawn(page);
    return undefined;
  }
  if (type === 'radio') {
    await keys.press('Space');
    // The answers that bring further questions.
    if (/by_young_person|first_request/.test(stop.name)) await keys.press('ArrowDown');
    await formDrawn(page);
    return stop.name;
  }
  if (type === 'checkbox') {
    await keys.press('Space');
    return field;
  }
  if (type === 'file') {
    await keys.press('Space');
    await expect(page.getByRole('heading', { name: chosenFile.name })).toBeFocused();
    await formDrawn(page);
    return id;
  }
  if (role === 'combobox') {
    await chooseFromList(page, keys, stop);
    return id;
  }
  if (tag !== 'TEXTAREA' && role !== 'textbox' && !/^(text|email|tel)$/.test(type)) return undefined;
  const fixed = fixedWords(stop);
  const typed = fixed ?? `By keyboard ${String(words.size)}`;
  if (role === 'textbox' && field === 'working') await writeFormatted(keys, typed);
  else await keys.type(typed);
  if (fixed === undefined) words.set(id, typed);
  return id.replace(/-(month|year|line2|line3|town|county|postcode)$/, '');
}

const types = new Map(Object.values((request as FormDefinition).sections).flatMap(({ fields }) => typesIn(fields)));
const inFigures: Readonly<Record<string, string>> = {
  upn: 'B801200005001',
  uln: '1000000043',
  'nhs-number': '999 000 0018',
  email: 'someone@example.org',
  phone: '07700 900123',
  number: '1',
};

/** What cannot be answered by any words. */
function fixedWords({ id, field }: Stop): string | undefined {
  const type = types.get(field) ?? '';
  if (id.endsWith('-month')) return '5';
  if (id.endsWith('-year')) return '2017';
  if (id.endsWith('-postcode')) return 'SW1A 1AA';
  if (type === 'address') return 'Somewhere';
  return type === 'date' || type === 'files' ? '4' : inFigures[type];
}

function typesIn(fields: Fields): [string, string][] {
  return Object.entries(fields).flatMap(([name, field]): [string, string][] => [
    [name, field.type],
    ...(isItems(field) ? typesIn(field.fields) : []),
  ]);
}

/** By letters and arrows where the list is long, by arrows alone elsewhere. */
async function chooseFromList(page: Page, keys: Keyboard, { id, field }: Stop): Promise<void> {
  if (/lang/.test(field)) await keys.type('polis');
  await keys.press('ArrowDown');
  const pointedAt = page.locator(`[id="${id}__listbox"] [role="option"][aria-selected="true"]`);
  await expect(pointedAt.or(page.locator(`[id^="${id}__option"]:focus`)).first()).toBeVisible();
  await keys.press('Enter');
  await expect(page.locator(`[id="${id}"]`)).not.toHaveValue('');
  await formDrawn(page);
}

/** Bold by its keys, points by the toolbar, which gives the focus back, and large letters by the list of sizes. */
async function writeFormatted(keys: Keyboard, words: string): Promise<void> {
  await keys.type('Typed with ');
  await keys.press('Control+b');
  await keys.type(words);
  await keys.press('Control+b');
  await keys.press('Enter');
  await keys.next('Shift+Tab');
  await keys.next('Shift+Tab');
  await keys.press('ArrowRight', 4);
  await keys.press('Enter');
  await keys.type('first');
  await keys.press('Enter');
  expect((await keys.next('Shift+Tab')).tag).toBe('SELECT');
  await keys.press('ArrowDown');
  expect((await keys.here()).tag).toBe('SELECT');
  await keys.next();
  await keys.type('second');
}
