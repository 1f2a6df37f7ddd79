/**
 * One look at a screen as an auditor takes it: axe, and whether everything can be read without scrolling sideways and at
 * twice the size of the words. What is wrong is told with the screen, the width and the element.
 */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** The smallest telephone that is still used, and a desk. */
export const widths = [360, 1280] as const;
const height = 800;

/** WCAG 2.2 A and AA, and what axe calls good practice: landmarks, one first heading, headings in order. */
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Answers in how many widths the screen was looked at by axe. */
export async function look(page: Page, screen: string): Promise<number> {
  const before = page.viewportSize() ?? { width: 1280, height };
  for (const width of widths) {
    await settle(page, width);
    // Soft, so that one run shows what is wrong with every screen.
    expect.soft(await breachesOf(page), `${screen} at ${String(width)} px`).toEqual([]);
    expect.soft(await sideways(page), `${screen} scrolls sideways at ${String(width)} px`).toEqual([]);
  }
  await settle(page, 320);
  expect.soft(await sideways(page), `${screen} scrolls sideways at 320 px`).toEqual([]);
  await settle(page, 1280);
  await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'));
  await frames(page);
  expect.soft(await sideways(page), `${screen} scrolls sideways at twice the size of the words`).toEqual([]);
  expect.soft(await cut(page), `${screen} cuts words at twice their size`).toEqual([]);
  await page.evaluate(() => document.documentElement.style.removeProperty('font-size'));
  await page.setViewportSize(before);
  return widths.length;
}

async function settle(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height });
  // From the top, where the bar that stays in view lies over nothing that one might want to press.
  await page.evaluate(() => window.scrollTo(0, 0));
  await frames(page);
}

const frames = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise<void>((drawn) => {
        requestAnimationFrame(() => requestAnimationFrame(() => drawn()));
      }),
  );

async function breachesOf(page: Page): Promise<string[]> {
  // In one frame and without a page of its own, which would take the focus and the foreground from this one.
  const builder = new AxeBuilder({ page }).setLegacyMode(true).options({
    runOnly: { type: 'tag', values: standards },
    // What is in order is not listed: on a whole form that is most of the work.
    resultTypes: ['violations'],
    // Axe leaves it out unless asked, because it is new in WCAG 2.2.
    rules: { 'target-size': { enabled: true } },
  });
  const { violations } = await builder.analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.html.slice(0, 160)}: ${node.failureSummary ?? ''}`),
  );
}

/** What makes the page or an open dialog wider than it is; when nothing does there is nothing to tell. */
const sideways = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('dialog[open]')]
      .filter((one) => one.scrollWidth > one.clientWidth + 1)
      .flatMap((one) => {
        const edge = one.getBoundingClientRect().left + one.clientWidth + 1;
        const beyond = [...one.querySelectorAll<HTMLElement>('*')].filter(
          (inner) => inner.checkVisibility() && inner.getBoundingClientRect().right > edge,
        );
        return [one, ...beyond.slice(0, 6)].map((wide) => `${wide.tagName} ${wide.id} ${wide.className}`);
      }),
  );

/** Elements whose own words do not fit in them and cannot be scrolled to. */
const cut = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const hides = (overflow: string) => overflow === 'hidden' || overflow === 'clip';
    return [...document.body.querySelectorAll<HTMLElement>('*')]
      .filter((one) => {
        // What is only for screen readers is a point on purpose.
        if (one.clientHeight <= 1 || one.closest('.govuk-visually-hidden, .govuk-visually-hidden-focusable') !== null)
          return false;
        const { overflowX, overflowY } = getComputedStyle(one);
        return (
          (hides(overflowX) && one.scrollWidth > one.clientWidth + 1) ||
          (hides(overflowY) && one.scrollHeight > one.clientHeight + 1)
        );
      })
      .filter((one) => one.checkVisibility() && one.innerText.trim() !== '')
      .map((one) => `${one.tagName} ${one.id} ${one.className}: ${one.innerText.slice(0, 60)}`);
  });
