/**
 * One visit is enough: the browser may install the app, and from then on it starts at any address inside it while the
 * server does not answer at all, also in a browser that was closed meanwhile.
 */
import type { Page } from '@playwright/test';
import { expect, test } from './support/journey.ts';
import {
  control,
  documentOf,
  openSection,
  reachedHub,
  saving,
  signIn,
  startRequest,
  unlock,
} from './support/screens.ts';
import { tallyOf } from './support/tally.ts';

const tally = tallyOf('install');

interface Icon {
  readonly src: string;
  readonly sizes: string;
  readonly type: string;
  readonly purpose?: string;
}
interface Manifest extends Readonly<Record<string, string | readonly Icon[]>> {
  readonly icons: readonly Icon[];
}

test('after one visit without signing in the app can be installed, and starts while the server is stopped', async ({
  hub,
  openDevice,
}) => {
  const device = await openDevice({ viewport: { width: 412, height: 915 } });
  await device.page.goto(hub.url);
  await expect(device.page.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
  await device.page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, { timeout: 30_000 });

  await test.step('the manifest and its pictures', async () => {
    const answer = await fetch(`${hub.url}/manifest.webmanifest`);
    expect(answer.headers.get('content-type')).toMatch(/^application\/manifest\+json/);
    const manifest = (await answer.json()) as Manifest;
    expect(manifest).toMatchObject({ name: 'EHC Hub', short_name: 'EHC Hub', display: 'standalone', lang: 'en-GB' });
    expect(manifest).toMatchObject({ id: '/', start_url: '/', scope: '/' });
    const sizes = new Set(manifest.icons.map(({ sizes, purpose }) => `${sizes} ${purpose ?? 'any'}`));
    for (const needed of ['192x192 any', '512x512 any', '512x512 maskable']) expect([...sizes]).toContain(needed);
    const apple = (await device.page.locator('link[rel="apple-touch-icon"]').getAttribute('href')) ?? '';
    for (const { src, sizes, type } of [...manifest.icons, { src: apple, sizes: '180x180', type: 'image/png' }]) {
      const [width = 0, height = 0] = sizes.split('x').map(Number);
      const picture = await drawn(device.page, src);
      expect(picture.type.split(';')[0], src).toBe(type);
      if (sizes !== 'any') expect(picture, src).toMatchObject({ width, height });
      expect(picture.width, src).toBeGreaterThan(0);
      tally.add('icons drawn');
    }
  });
  await test.step('what the browser says of it', async () => {
    const session = await device.context.newCDPSession(device.page);
    const { errors, url } = await session.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    expect(url).toBe(`${hub.url}/manifest.webmanifest`);
    expect((await session.send('Page.getInstallabilityErrors')).installabilityErrors).toEqual([]);
  });

  await hub.stop();
  await device.close();
  await device.reopen();
  for (const [path, heading] of [
    ['/', 'Sign in'],
    ['/sign-in', 'Sign in'],
    ['/requests/AAAAAAAAAAAAAAAA', 'Sign in'],
    ['/accessibility', 'Accessibility statement'],
    ['/privacy', /./],
    ['/no/such/page', 'Page not found'],
  ] as const) {
    await device.page.goto(`${hub.url}${path}`);
    await expect(device.page.getByRole('heading', { name: heading, level: 1 })).toBeVisible();
    tally.add('addresses opened while stopped');
  }
});

test('whoever was signed in finds list, open draft and intake again at their addresses while the server is stopped', async ({
  hub,
  openDevice,
}) => {
  const device = await openDevice();
  await signIn(device.page, hub, 'joanne');
  await device.page.getByRole('link', { name: 'My requests' }).click();
  const draft = await startRequest(device.page);
  await openSection(device.page, 'child');
  await control(device.page, 'child', 'last_name').fill('Hibernate');
  await reachedHub(device.page);
  await device.page.getByRole('link', { name: 'Intake' }).click();
  await device.page.getByRole('table').getByRole('link').first().click();
  await expect(device.page).toHaveURL(/\/intake\//);
  const received = documentOf(device.page);
  await expect(device.page.getByText(/EHC\/\d\d\/\d{4}/).first()).toBeVisible();
  const name = await device.page.getByRole('heading', { level: 1 }).innerText();

  await hub.stop();
  await device.close();
  await device.reopen();
  const { page } = device;
  for (const [path, heading] of [
    ['/', 'My requests'],
    ['/intake', /^Intake/],
    [`/intake/${received}`, name],
    [`/requests/${draft}`, 'Request for an EHC needs assessment'],
    ['/requests/AAAAAAAAAAAAAAAA', 'There is nothing here that you can open'],
    ['/intake/AAAAAAAAAAAAAAAA', 'There is nothing here that you can open'],
  ] as const) {
    await page.goto(`${hub.url}${path}`);
    await unlock(page);
    // Who reads what comes in begins there.
    await expect(page).toHaveURL(`${hub.url}${path === '/' ? '/intake' : path}`);
    if (path === '/') await page.getByRole('link', { name: 'My requests' }).click();
    await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible();
    await expect(saving(page)).toBeVisible();
    tally.add('addresses opened while stopped');
  }
  await page.goto(`${hub.url}/requests/${draft}`);
  await unlock(page);
  await openSection(page, 'child');
  await expect(control(page, 'child', 'last_name')).toHaveValue('Hibernate');
});

/** Fetched and decoded by the browser itself, as an installation does. */
function drawn(page: Page, src: string): Promise<{ width: number; height: number; type: string }> {
  return page.evaluate(async (address) => {
    const answer = await fetch(address, { cache: 'no-store' });
    const image = new Image();
    image.src = URL.createObjectURL(await answer.blob());
    await image.decode();
    URL.revokeObjectURL(image.src);
    return { width: image.naturalWidth, height: image.naturalHeight, type: answer.headers.get('content-type') ?? '' };
  }, src);
}
