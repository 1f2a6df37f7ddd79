/**
 * The server dies with a reply on its lips: it has written the words down and cannot say so any more. They are sent
 * again, and stand once. The same with a server that is killed again and again while somebody types on.
 */
import { readDatabase, type LoggedEdit } from './support/database.ts';
import { expect, test } from './support/journey.ts';
import {
  control,
  editor,
  lineIsBack,
  openSection,
  reachedHub,
  saving,
  signIn,
  startRequest,
  typeAtEnd,
} from './support/screens.ts';
import { tallyOf } from './support/tally.ts';

const tally = tallyOf('reply-cut-off');

test('a push whose reply was cut off by the death of the server is sent again and applied once', async ({
  hub,
  openDevice,
  fragileLine,
}) => {
  const { page } = await openDevice();
  await signIn(page, hub, 'tom', fragileLine.url);
  const doc = await startRequest(page);
  await openSection(page, 'child');
  await openSection(page, 'views');
  await page
    .getByRole('group', { name: /^Did the child/ })
    .getByLabel('Yes')
    .check();
  const box = await editor(page, 'views', 'working');
  await reachedHub(page);

  let died: Promise<void> | undefined;
  fragileLine.cutNext(() => {
    died = hub.kill();
  });
  await typeAtEnd(box, 'Written once before the server died. ', 5);
  await expect.poll(() => fragileLine.cut, { intervals: [20] }).toBe(1);
  await died;
  tally.add('replies cut off');
  // What was cut off is on the server's disk already; the screen does not say so, because nobody told it.
  const before = readDatabase(hub.folder, (database) => database.log(doc));
  expect(before.filter(({ edit }) => edit[1] === 'text').length).toBeGreaterThan(0);
  await expect(saving(page)).toHaveAttribute('data-saving', /^(device|waiting)$/);
  await expect(saving(page)).toContainText('Saved on this device');
  await control(page, 'child', 'first_name').fill('Ffion');

  await hub.start();
  await lineIsBack(page);
  await reachedHub(page);
  readDatabase(hub.folder, (database) => {
    expect(database.text(doc, 'views', 'working')).toEqual(['Written once before the server died. ']);
    expect(database.field(doc, 'child', 'first_name')?.value).toBe('Ffion');
    isAppliedOnce(database.log(doc));
    // The row of the push that was cut off stands as it was, and what came after is beside it.
    expect(database.log(doc).slice(0, before.length)).toEqual(before);
  });
  await expect(box).toHaveText('Written once before the server died.');
  // The Hub knew again what it had written down, so nothing of it was set aside as words that it did not take.
  await expect(page.getByRole('group', { name: /: the Hub could not take your answer$/ })).toHaveCount(0);
});

test('a server that is killed again and again while somebody types loses and doubles nothing', async ({
  hub,
  openDevice,
}) => {
  const kills = 5;
  const { page } = await openDevice();
  await signIn(page, hub, 'tom');
  const doc = await startRequest(page);
  await openSection(page, 'views');
  await page
    .getByRole('group', { name: /^Did the child/ })
    .getByLabel('Yes')
    .check();
  const box = await editor(page, 'views', 'working');
  await reachedHub(page);
  await box.click();

  const sentences = Array.from({ length: 400 }, (_, at) => `${String(at)} and `);
  let typed = '';
  let isDone = false;
  const typing = (async () => {
    for (const sentence of sentences) {
      if (isDone) return;
      await page.keyboard.type(sentence, { delay: 10 });
      typed += sentence;
    }
  })();
  const rows = () => readDatabase(hub.folder, (database) => database.log(doc).length);
  for (let kill = 0; kill < kills; kill += 1) {
    // Each time something new has been written down before the next death.
    const before = rows();
    await lineIsBack(page);
    await expect.poll(rows, { intervals: [20] }).toBeGreaterThan(before);
    await hub.kill();
    tally.add('server kills');
    await hub.start();
  }
  isDone = true;
  await typing;
  await lineIsBack(page);
  await reachedHub(page);
  readDatabase(hub.folder, (database) => {
    expect(database.text(doc, 'views', 'working').join('')).toBe(typed);
    isAppliedOnce(database.log(doc));
  });
  expect((await box.innerText()).trim()).toBe(typed.trim());
});

/** No edit has two rows, and no number of a pen is missing between its first and its last. */
function isAppliedOnce(log: readonly LoggedEdit[]): void {
  const numbers = new Map<string, number[]>();
  for (const { pen, edit, verdict } of log) {
    expect(['applied', 'merged']).toContain(verdict);
    numbers.set(pen, [...(numbers.get(pen) ?? []), edit[0]]);
  }
  // One page, one pen: another would mean that the Hub did not know again what it had written down.
  expect(numbers.size).toBe(1);
  for (const of of numbers.values()) expect(of).toEqual(of.map((_, at) => at + 1));
}
