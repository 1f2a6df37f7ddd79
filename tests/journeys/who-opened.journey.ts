/**
 * A mother shares her draft with the school, and reads who has opened it, on a phone: also somebody who opened it without
 * a connection, once there is one again. The school is told nothing of that kind.
 */
import { readDatabase } from './support/database.ts';
import { expect, test } from './support/journey.ts';
import { control, openSection, reachedHub, shareWith, signIn, startRequest } from './support/screens.ts';
import { tallyOf } from './support/tally.ts';

const tally = tallyOf('who-opened');

test('a mother reads who has opened her request, also when that was without a connection', async ({
  hub,
  openDevice,
}) => {
  const [mother, school] = await Promise.all([openDevice({ viewport: { width: 360, height: 740 } }), openDevice()]);
  await signIn(mother.page, hub, 'agnieszka');
  const doc = await startRequest(mother.page);
  await openSection(mother.page, 'child');
  await control(mother.page, 'child', 'last_name').fill('Marrowby');
  await reachedHub(mother.page);
  await shareWith(mother.page, 'priya', 'Read only');
  await signIn(school.page, hub, 'priya');
  await expect(school.page.getByRole('link', { name: 'Marrowby' })).toBeVisible();

  const ask = mother.page.getByRole('button', { name: 'Who has opened this request' });
  const dialog = mother.page.getByRole('dialog', { name: 'Who has opened this request' });
  const named = dialog.getByRole('listitem');
  await ask.click();
  await expect(named).toHaveText([/^You\s+On one day, last on /]);
  tally.add('people named');
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect(ask).toBeFocused();

  // She has it on her device already, and opens it where there is no line.
  await school.context.setOffline(true);
  await school.page.getByRole('link', { name: 'Marrowby' }).click();
  await expect(school.page.getByText('shared this draft with you to read')).toBeVisible();
  await expect(school.page.getByRole('button', { name: 'Who has opened this request' })).toHaveCount(0);
  tally.add('people who may not know');
  await ask.click();
  await expect(named).toHaveCount(1);
  await mother.page.keyboard.press('Escape');
  await school.context.setOffline(false);

  await expect(async () => {
    await ask.click();
    await expect(named.filter({ hasText: 'Priya Nair (SENCO)' })).toContainText('On one day, last on ', {
      timeout: 1_000,
    });
  }, 'the school is named').toPass();
  tally.add('people named');
  await mother.page.keyboard.press('Escape');

  readDatabase(hub.folder, (database) => {
    const opened = database.rows(
      "SELECT DISTINCT actor FROM audit WHERE document_id = ? AND action = 'command.note-opening'",
      doc,
    );
    expect(opened).toHaveLength(2);
  });
  // Without a line of her own she is told why there is nothing to see.
  await mother.context.setOffline(true);
  await ask.click();
  await expect(dialog.getByText('This is kept at the Hub. Connect to the internet to see it.')).toBeVisible();
});
