/** Makes a request show all that it can ask. */
import { expect, type Page } from '@playwright/test';

/** Gives the answers that bring further questions, and adds an entry to each list, until nothing more appears. */
export async function revealAll(page: Page): Promise<void> {
  await expect(page.locator('[data-field="by_young_person"] input').first()).toBeVisible();
  const no = ['field-requester-by_young_person', 'field-requester-first_request'];
  for (let round = 0; round < 6; round += 1) {
    const before = await page.locator('[data-field]').count();
    for (const name of no) {
      const radio = page.locator(`input[name="${name}"][value="no"]`);
      if ((await radio.count()) > 0) await radio.check();
    }
    const groups = await page
      .locator('input[type="radio"]')
      .evaluateAll((all) => [...new Set(all.map((one) => (one as HTMLInputElement).name))]);
    for (const name of groups.filter((one) => !no.includes(one))) {
      const group = page.locator(`input[name="${name}"]`);
      if ((await group.and(page.locator(':checked')).count()) > 0) continue;
      const yes = group.and(page.locator('[value="yes"]'));
      await ((await yes.count()) > 0 ? yes : group.first()).check();
    }
    const add = page.getByRole('button', { name: /^Add an? / });
    while ((await add.count()) > 0) {
      const left = await add.count();
      await add.first().click();
      await expect(add).toHaveCount(left - 1);
    }
    await page.waitForTimeout(300);
    if ((await page.locator('[data-field]').count()) === before && groups.length > 0 && round > 0) return;
  }
}
