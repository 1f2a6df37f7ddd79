/** The screens as a person uses them. */
import { expect, type Locator, type Page } from '@playwright/test';
import { demonstrationPassword, people, type PersonKey } from '#tests/people/index.ts';
import type { HubServer } from './hub-server.ts';

/** By the real screens: e-mail and password, then the code from the text message. */
export async function signIn(page: Page, hub: HubServer, person: PersonKey, at: string = hub.url): Promise<void> {
  if (new URL(page.url(), at).href !== `${at}/sign-in`) await page.goto(`${at}/sign-in`);
  await enterSignIn(page, hub, person);
  const begins = people[person].roles.some((role) => role === 'co-ordinator' || role === 'authority-manager');
  await expect(page.getByRole('heading', { name: begins ? 'Intake' : 'My requests', level: 1 })).toBeVisible();
  // The list and what it needs are fetched, and the app is kept for later starts without a connection.
  await expect(saving(page)).toHaveAttribute('data-saving', /hub|nothing/);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

/** The two steps, on whatever page stands behind them. */
export async function enterSignIn(
  page: Page,
  hub: HubServer,
  person: PersonKey,
  password: string = demonstrationPassword,
): Promise<void> {
  const before = (await codesOf(hub, person)).length;
  await expect(page.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
  await page.getByLabel('Email address', { exact: true }).fill(people[person].email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Check your phone' })).toBeVisible();
  await expect.poll(async () => (await codesOf(hub, person)).length, { intervals: [50] }).toBeGreaterThan(before);
  await page.getByLabel('Security code').fill((await codesOf(hub, person))[0] ?? '');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Codes sent to this person's telephone, newest first. */
async function codesOf(hub: HubServer, person: PersonKey): Promise<string[]> {
  const messages = await hub.outbox();
  return messages
    .filter(({ channel, to }) => channel === 'sms' && to === people[person].phone)
    .map(({ body }) => /\d{6}/.exec(body)?.[0] ?? '');
}

export async function unlock(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'The Hub is locked' })).toBeVisible();
  await page.getByLabel('Password', { exact: true }).fill(demonstrationPassword);
  await page.getByRole('button', { name: 'Unlock' }).click();
}

/** What the status line says of the words typed last. */
export const saving = (page: Page): Locator =>
  page.getByRole('region', { name: 'Connection and saving' }).locator('[data-saving]');

/** Everything typed so far is on the server's disk, by what the screen says. */
export async function reachedHub(page: Page): Promise<void> {
  await expect(saving(page)).toHaveAttribute('data-saving', /^(hub|nothing)$/);
}

/** The line is back, as the system tells a browser: without the word, an app that waits asks again within a minute. */
export async function lineIsBack(...pages: Page[]): Promise<void> {
  for (const page of pages) {
    await page.context().setOffline(true);
    await page.context().setOffline(false);
  }
}

/** Everything typed so far is durable on this device and waits. */
export async function waitsHere(page: Page): Promise<void> {
  await expect(saving(page)).toContainText('Saved on this device');
  await expect(saving(page)).toContainText('Waiting for a connection');
}

/** Starts a request and opens it; answers its id. */
export async function startRequest(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Start a request' }).click();
  await expect(page.getByRole('heading', { name: 'Request for an EHC needs assessment' })).toBeVisible();
  return documentOf(page);
}

export const documentOf = (page: Page): string =>
  /\/(?:requests|intake)\/([A-Za-z0-9_-]{16})/.exec(page.url())?.[1] ?? '';

export async function openSection(page: Page, key: string): Promise<void> {
  const heading = page.locator(`#section-${key}-heading`);
  await expect(heading).toBeVisible();
  if ((await heading.getAttribute('aria-expanded')) === 'false') await heading.click();
  await expect(heading).toHaveAttribute('aria-expanded', 'true');
}

export async function openAllSections(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open all sections' }).click();
  await expect(page.getByRole('button', { name: 'Close all sections' })).toBeVisible();
}

/** What an answer or an opened section brings has been fetched and drawn. */
export const formDrawn = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const frame = () => new Promise((next) => requestAnimationFrame(next));
    const isWaiting = () =>
      document.querySelector('.hub-editor__waiting, .hub-field select.govuk-select') !== null ||
      [...document.querySelectorAll('.hub-field p')].some((one) => one.textContent.endsWith(' …'));
    do {
      await frame();
      await frame();
    } while (isWaiting());
  });

/** The control of a field that a section holds. */
export const control = (page: Page, holder: string, name: string): Locator => page.locator(`#field-${holder}-${name}`);

/** An editor of rich text, once it has been fetched. */
export async function editor(page: Page, holder: string, name: string): Promise<Locator> {
  const box = control(page, holder, name);
  await expect(box).toHaveAttribute('role', 'textbox');
  return box;
}

/** Puts the caret behind the last letter and types as a person does. */
export async function typeAtEnd(box: Locator, words: string, delay = 15): Promise<void> {
  await box.click();
  await box.press('Control+End');
  await box.pressSequentially(words, { delay });
}

/** By the dialog of an open draft. */
export async function shareWith(
  page: Page,
  person: PersonKey,
  access: 'Read and write' | 'Read only' = 'Read and write',
): Promise<void> {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Share this draft' });
  await dialog.getByLabel('Their email address').fill(people[person].email);
  await dialog.getByLabel(access).check();
  await dialog.getByRole('button', { name: 'Share', exact: true }).click();
  await expect(dialog.getByText(`${people[person].email} can open this draft now.`)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
}
