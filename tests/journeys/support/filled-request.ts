/** Answers what must be answered to send a request, on the screen. */
import { expect, type Page } from '@playwright/test';
import { people, type PersonKey } from '#tests/people/index.ts';
import { control, openSection } from './screens.ts';

export interface FilledChild {
  readonly firstName: string;
  readonly lastName: string;
  /** Day, month, year. */
  readonly bornOn: readonly [string, string, string];
}

export async function fillRequired(
  page: Page,
  person: PersonKey,
  { firstName, lastName, bornOn }: FilledChild,
): Promise<void> {
  await openSection(page, 'consent');
  await choose(page, /^Do (they know about|you agree to) this request/, /^Yes|know about it and agree/);
  await openSection(page, 'requester');
  await choose(page, /^Is the young person making this request/, 'No');
  await control(page, 'requester', 'req_name').fill(people[person].name);
  await control(page, 'requester', 'req_relationship').fill('SENCO');
  await control(page, 'requester', 'req_email').fill(people[person].email);
  await control(page, 'requester', 'req_phone').fill(people[person].phone);
  await openSection(page, 'child');
  await control(page, 'child', 'first_name').fill(firstName);
  await control(page, 'child', 'last_name').fill(lastName);
  for (const [at, part] of ['', '-month', '-year'].entries())
    await page.locator(`#field-child-dob${part}`).fill(bornOn[at] ?? '');
  await choose(page, /^Gender/, 'Female');
}

/** By its question and its answer, as they are read. */
export async function choose(page: Page, question: RegExp, answer: string | RegExp): Promise<void> {
  const radio = page.getByRole('group', { name: question }).getByRole('radio', { name: answer }).first();
  await radio.check();
  await expect(radio).toBeChecked();
}

/** From the open form through the page that shows it once more. */
export async function submit(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Check the request before you submit it' })).toBeVisible();
  await page.getByRole('button', { name: 'Submit request' }).click();
}
