/**
 * The page's policy is as strict as a browser can be told, and nothing that a person does here breaks it: no text becomes
 * a script, an address of a worker or markup, but through the few policies that the header names. Whatever the browser
 * refuses is a fault of the device, and each journey ends on its faults; here everything that could cause one is done.
 */
import { choose } from './support/filled-request.ts';
import { expect, test } from './support/journey.ts';
import { control, editor, openSection, reachedHub, signIn, startRequest, typeAtEnd } from './support/screens.ts';

test('signing in, lists, typing, pasting, a PDF, a file and the service worker need no exception from the policy', async ({
  hub,
  openDevice,
}) => {
  const device = await openDevice();
  const { page } = device;
  const answer = await page.goto(`${hub.url}/sign-in`);
  const policy = answer?.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(policy).toContain('trusted-types svelte-trusted-html hub-worker default dompurify ProseMirrorClipboard');
  await signIn(page, hub, 'priya');
  await startRequest(page);

  await openSection(page, 'requester');
  await choose(page, /^Is the young person making this request/, 'No');
  const languages = control(page, 'requester', 'req_lang_spoken');
  await languages.click();
  await languages.pressSequentially('pol');
  await expect(page.getByRole('option', { name: 'Polish' })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(languages).toHaveValue('Polish');

  await openSection(page, 'views');
  await choose(page, /^Did the child/, 'Yes');
  const box = await editor(page, 'views', 'working');
  await typeAtEnd(box, 'I like ');
  await box.evaluate((element) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData(
      'text/html',
      '<meta charset="utf-8"><p style="color:red">the <span style="font-weight:700">canal</span> boats<script>document.title = "ran"</script></p><img src="x" onerror="document.title = \'ran\'">',
    );
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await expect(box).toHaveText('I like the canal boats');
  await expect(box.locator('strong')).toHaveText('canal');
  await expect(page).not.toHaveTitle('ran');

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  expect((await download).suggestedFilename()).toBe('request-draft.pdf');

  await openSection(page, 'documents');
  const letter = { name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('A letter of a fictional school.') };
  await page.locator('#field-documents-documents-choose').setInputFiles(letter);
  // Until the list that is found by typing has come, a plain select stands in its place.
  const category = page.locator('input[role=combobox][id*=category]');
  await category.click();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Add this file' }).click();
  await expect(page.getByRole('table', { name: 'Documents' }).getByText('Saved to the Hub')).toBeVisible();
  await reachedHub(page);

  await page.reload();
  expect(await page.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).toBe(`${hub.url}/service-worker.js`);
  expect(device.faults).toEqual([]);
});
