/**
 * A mother adds a photo that her telephone took at home, lying on its side and with the place in it. The father sees the
 * photo upright and learns no place: not on the screen, and not from the bytes behind it. One in a format that the Hub
 * cannot read yet is kept for her, with what to do, takes nothing away from the other, and is not there for him.
 */
import type { Page } from '@playwright/test';
import { blue, heic, height, photo, red, tracesIn, width } from '#tests/hub/pictures.ts';
import { expect, test } from './support/journey.ts';
import { openSection, reachedHub, shareWith, signIn, startRequest, unlock } from './support/screens.ts';
import { tallyOf } from './support/tally.ts';

const tally = tallyOf('photo-of-a-child');
const choose = '#field-child-photo-photo-choose';
const held = 'Kept, but not shown to others';

test('a photo of the child tells the other parent nothing of where it was taken', async ({ hub, openDevice }) => {
  const bytes = await photo();
  expect(tracesIn(bytes)).toContain('the place');
  const phone = await openDevice({ viewport: { width: 390, height: 840 } });
  await signIn(phone.page, hub, 'agnieszka');
  const doc = await startRequest(phone.page);
  await openSection(phone.page, 'child');
  await phone.page.locator(choose).setInputFiles({ name: 'zofia.jpg', mimeType: 'image/jpeg', buffer: bytes });
  await expect(phone.page.getByText('Saved to the Hub', { exact: true })).toBeVisible();
  await reachedHub(phone.page);

  // A telephone that is offered no HEIC hands over a JPEG by itself; one that is dragged here is taken all the same.
  expect(await phone.page.locator(choose).getAttribute('accept')).not.toContain('heic');
  await phone.page.locator(choose).setInputFiles({ name: 'zofia.heic', mimeType: 'image/heic', buffer: heic() });
  const isTold = async () => {
    await expect(phone.page.getByText(held)).toBeVisible();
    await expect(phone.page.getByText('Save it as a JPEG and add that')).toBeVisible();
    await isUpright(phone.page);
  };
  await isTold();
  await phone.page.reload();
  await unlock(phone.page);
  await openSection(phone.page, 'child');
  await isTold();
  tally.add('pictures kept for their author');
  await reachedHub(phone.page);
  await shareWith(phone.page, 'marek', 'Read only');

  const laptop = await openDevice();
  await signIn(laptop.page, hub, 'marek');
  await laptop.page.goto(`${hub.url}/requests/${doc}`);
  await unlock(laptop.page);
  const coming = laptop.page.waitForResponse((answer) => answer.url().includes('/api/files/'));
  await openSection(laptop.page, 'child');
  const answer = await coming;
  expect(answer.status()).toBe(200);
  expect(tracesIn(await answer.body())).toEqual([]);
  await isUpright(laptop.page);
  await expect(laptop.page.getByText(held)).toHaveCount(0);
  await expect(laptop.page.getByText('zofia.heic')).toHaveCount(0);
  tally.add('pictures looked at by the other parent');
});

/** As the browser itself decodes what it was given: high instead of wide, and red where it was red. */
async function isUpright(page: Page): Promise<void> {
  const image = page.locator('img.hub-photo').first();
  await expect(image).toBeVisible();
  const seen = await image.evaluate((element: HTMLImageElement) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [element.naturalWidth, element.naturalHeight];
    const context = canvas.getContext('2d');
    context?.drawImage(element, 0, 0);
    const at = (x: number, y: number) => [...(context?.getImageData(x, y, 1, 1).data ?? [])].slice(0, 3);
    return { size: [canvas.width, canvas.height], corners: [at(canvas.width - 4, 4), at(4, 4)] };
  });
  expect(seen.size).toEqual([height, width]);
  for (const [at, wanted] of [red, blue].entries())
    for (const [n, value] of wanted.entries()) expect(Math.abs((seen.corners[at]?.[n] ?? -99) - value)).toBeLessThan(8);
}
