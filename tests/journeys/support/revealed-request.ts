/** Makes a request show all that it can ask of a setting. */
import { expect, type Page } from '@playwright/test';
import { isItems, type Fields, type FormDefinition } from '#sync/forms/define.ts';
import { request } from '#sync/forms/request/index.ts';
import { formDrawn } from './screens.ts';

/** Where «no» asks further; everywhere else it is «yes», or the first answer. */
const no = ['field-requester-by_young_person', 'field-requester-first_request', 'field-views-parent-parent_involved'];
/** In which a setting is named inside the area, outside it, or only by its type. */
const entriesWanted = { 'field-current-settings-settings': 1, 'field-previous-settings-previous': 2 };

/** Gives the answers that bring further questions, and adds entries to each list, until nothing more appears. */
export async function revealAll(page: Page): Promise<void> {
  await expect(async () => {
    await formDrawn(page);
    expect(await page.evaluate(answerRound, { no, entriesWanted })).toBe(0);
  }).toPass({ intervals: [50] });
  const shown = await page
    .locator('[data-field]')
    .evaluateAll((all) => all.map((one) => one.getAttribute('data-field') ?? ''));
  expect(askedOfSetting.filter((name) => !shown.includes(name))).toEqual([]);
}

const askedOfSetting = Object.values((request as FormDefinition).sections)
  .filter(({ seenBy }) => seenBy === undefined || seenBy.includes('setting'))
  .flatMap(({ fields }) => namesIn(fields));

function namesIn(fields: Fields): string[] {
  return Object.entries(fields).flatMap(([name, field]) => [name, ...(isItems(field) ? namesIn(field.fields) : [])]);
}

/** Runs in the page. Answers how much there was to do. */
function answerRound({ no, entriesWanted }: { no: string[]; entriesWanted: Record<string, number> }): number {
  let done = 0;
  const radios = [...document.querySelectorAll<HTMLInputElement>('main input[type="radio"]')];
  const met = new Map<string, number>();
  for (const name of new Set(radios.map((one) => one.name))) {
    const group = radios.filter((one) => one.name === name);
    const first = group[0];
    if (first === undefined) continue;
    const field = first.closest('[data-field]')?.getAttribute('data-field') ?? '';
    const isInEntry = first.closest('.hub-items__item') !== null;
    // An entry after the other takes an answer after the other, so that the questions of each of them appear.
    const turn = isInEntry ? (met.get(field) ?? 0) : 0;
    if (isInEntry) met.set(field, turn + 1);
    if (group.some((one) => one.checked)) continue;
    const wanted = isInEntry
      ? group[turn % group.length]
      : group.find((one) => one.value === (no.includes(name) ? 'no' : 'yes'));
    (wanted ?? first).click();
    done += 1;
  }
  for (const list of document.querySelectorAll<HTMLElement>('main .hub-items')) {
    if (list.querySelectorAll(':scope > .hub-items__item').length >= (entriesWanted[list.id] ?? 1)) continue;
    const add = [...list.querySelectorAll<HTMLButtonElement>(':scope > .hub-items__end button')].at(-1);
    add?.click();
    done += 1;
  }
  return done;
}
