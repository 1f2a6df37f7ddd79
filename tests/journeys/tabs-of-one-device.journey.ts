/**
 * Three tabs of one device show the same and cost the Hub one stream. The tab that talks to the Hub is killed, and the next
 * one takes over without a word lost; that one is closed, and the last goes on. What is locked in one is locked in all.
 */
import type { Page } from '@playwright/test';
import { readDatabase } from './support/database.ts';
import { expect, test } from './support/journey.ts';
import { control, openSection, reachedHub, signIn, startRequest, unlock } from './support/screens.ts';
import { tallyOf } from './support/tally.ts';

const tally = tallyOf('tabs-of-one-device');

test('three tabs, one stream: the tab that syncs is killed, then closed, and the words of all arrive', async ({
  hub,
  fragileLine,
  openDevice,
}) => {
  const device = await openDevice();
  const first = device.page;
  await signIn(first, hub, 'priya', fragileLine.url);
  const doc = await startRequest(first);
  const address = `${fragileLine.url}/requests/${doc}`;
  const openTab = async (): Promise<Page> => {
    const tab = await device.context.newPage();
    await tab.goto(address);
    await unlock(tab);
    await openSection(tab, 'child');
    return tab;
  };
  await openSection(first, 'child');
  await control(first, 'child', 'first_name').fill('Zofia');
  await reachedHub(first);
  const [second, third] = [await openTab(), await openTab()];
  for (const tab of [second, third]) await expect(control(tab, 'child', 'first_name')).toHaveValue('Zofia');
  // Written in a tab that does not talk to the Hub, seen in all of them.
  await control(third, 'child', 'last_name').fill('Wrenfield');
  for (const tab of [first, second, third]) {
    await expect(control(tab, 'child', 'last_name')).toHaveValue('Wrenfield');
    await reachedHub(tab);
    tally.add('tabs open at once');
  }
  await expect.poll(() => fragileLine.streams).toBe(1);
  const stored = (field: string) => readDatabase(hub.folder, (database) => database.field(doc, 'child', field)?.value);
  expect(stored('last_name')).toBe('Wrenfield');

  // As a browser does that runs out of memory: the page can end nothing.
  const crashed = first.waitForEvent('crash');
  const session = await device.context.newCDPSession(first);
  void session.send('Page.crash').catch(() => undefined);
  await crashed;
  await control(second, 'child', 'middle_names').fill('Maria');
  await expect.poll(() => stored('middle_names')).toBe('Maria');
  await expect(control(third, 'child', 'middle_names')).toHaveValue('Maria');
  for (const tab of [second, third]) await reachedHub(tab);
  await expect.poll(() => fragileLine.streams).toBe(1);
  tally.add('leads handed over');

  await second.close();
  await control(third, 'child', 'preferred_name').fill('Zosia');
  await expect.poll(() => stored('preferred_name')).toBe('Zosia');
  await reachedHub(third);
  await expect.poll(() => fragileLine.streams).toBe(1);
  tally.add('leads handed over');

  const fourth = await openTab();
  await expect(control(fourth, 'child', 'preferred_name')).toHaveValue('Zosia');
  await fourth.getByRole('button', { name: 'Lock' }).click();
  for (const tab of [third, fourth]) {
    await expect(tab.getByRole('heading', { name: 'The Hub is locked' })).toBeVisible();
    tally.add('tabs locked together');
  }
  await expect.poll(() => fragileLine.streams).toBe(0);
});

test('a tab that stands still while it was syncing is passed over, and shows all of it when it goes on', async ({
  hub,
  fragileLine,
  openDevice,
}) => {
  const device = await openDevice();
  const first = device.page;
  await signIn(first, hub, 'priya', fragileLine.url);
  const doc = await startRequest(first);
  await openSection(first, 'child');
  await control(first, 'child', 'first_name').fill('Zofia');
  await reachedHub(first);
  const second = await device.context.newPage();
  await second.goto(`${fragileLine.url}/requests/${doc}`);
  await unlock(second);
  await openSection(second, 'child');
  await expect(control(second, 'child', 'first_name')).toHaveValue('Zofia');
  const stored = (field: string) => readDatabase(hub.folder, (database) => database.field(doc, 'child', field)?.value);

  const goOn = await standStill(first);
  await control(second, 'child', 'middle_names').fill('Maria');
  await expect.poll(() => stored('middle_names'), { timeout: 90_000 }).toBe('Maria');
  await reachedHub(second);
  tally.add('leads taken from a tab that stood still');

  await goOn();
  await expect(control(first, 'child', 'middle_names')).toHaveValue('Maria');
  await control(first, 'child', 'preferred_name').fill('Zosia');
  await expect.poll(() => stored('preferred_name')).toBe('Zosia');
  for (const tab of [first, second]) await reachedHub(tab);
  await expect.poll(() => fragileLine.streams).toBe(1);
});

/**
 * As in a page that the browser has frozen, no task of it runs, and it keeps its lock; Chromium freezes no page that is
 * driven, so its thread is halted. Returns the way on.
 */
async function standStill(page: Page): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Debugger.enable');
  const halted = new Promise<void>((resolve) => session.once('Debugger.paused', () => resolve()));
  await session.send('Debugger.pause');
  await halted;
  return async () => {
    await session.send('Debugger.resume');
    await session.detach();
  };
}
