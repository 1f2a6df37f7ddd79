/** A person who uses the keyboard alone: Tab, Shift+Tab, Space, Enter, arrows and letters. Nothing here touches a mouse. */
import { expect, type Page } from '@playwright/test';

/** What has the focus, as far as a keyboard user needs to know it. */
export interface Focused {
  readonly tag: string;
  readonly type: string;
  readonly role: string;
  readonly id: string;
  readonly text: string;
  readonly value: string;
  readonly isChecked: boolean;
  /** The radio group has an answer. */
  readonly isAnswered: boolean;
  readonly isExpanded: boolean | undefined;
  /** The question's name in the form's definition. */
  readonly field: string;
  /** How many entries the list has in which the focus is. */
  readonly entries: number;
}

export const focused = (page: Page): Promise<Focused> =>
  page.evaluate(() => {
    const one = document.activeElement as HTMLElement;
    const input = one instanceof HTMLInputElement ? one : undefined;
    const group =
      input?.type === 'radio' ? document.querySelectorAll(`input[name="${CSS.escape(input.name)}"]:checked`).length : 0;
    const expanded = one.getAttribute('aria-expanded');
    return {
      tag: one.tagName.toLowerCase(),
      type: input?.type ?? '',
      role: one.getAttribute('role') ?? '',
      id: one.id,
      text: (one.innerText ?? '').trim(),
      value: input?.value ?? (one.isContentEditable ? one.innerText.trim() : ''),
      isChecked: input?.checked ?? false,
      isAnswered: group > 0,
      isExpanded: expanded === null ? undefined : expanded === 'true',
      field: one.closest<HTMLElement>('[data-field]')?.dataset.field ?? '',
      entries: one.closest('.hub-items')?.querySelectorAll(':scope > .hub-items__item').length ?? 0,
    };
  });

/** Tab until something is found; a page in which it cannot be reached so is a page without it. */
export async function tabTo(
  page: Page,
  isIt: (one: Focused) => boolean,
  key: 'Tab' | 'Shift+Tab' = 'Tab',
): Promise<Focused> {
  for (let steps = 0; steps < 400; steps += 1) {
    await page.keyboard.press(key);
    const one = await focused(page);
    if (isIt(one)) return one;
  }
  throw new Error('it cannot be reached by the keyboard');
}

/** The focus can be seen: an outline, a shadow or another background than without it. */
export async function showsFocus(page: Page): Promise<void> {
  const look = () =>
    page.evaluate(() => {
      const one = document.activeElement as HTMLElement;
      // Radios and checkboxes of GOV.UK are drawn by their label, rich text by its box.
      const drawn = [one, one.nextElementSibling, one.closest('.hub-editor')].filter(
        (each) => each instanceof HTMLElement,
      );
      const styles = drawn.flatMap((each) => [getComputedStyle(each), getComputedStyle(each, '::before')]);
      return styles
        .map((style) => `${style.outlineStyle} ${style.outlineWidth} ${style.boxShadow} ${style.backgroundColor}`)
        .join('|');
    });
  const withFocus = await look();
  const without = await page.evaluate(() => {
    const one = document.activeElement as HTMLElement;
    const drawn = [one, one.nextElementSibling, one.closest('.hub-editor')].filter(
      (each) => each instanceof HTMLElement,
    );
    one.blur();
    const styles = drawn.flatMap((each) => [getComputedStyle(each), getComputedStyle(each, '::before')]);
    const seen = styles
      .map((style) => `${style.outlineStyle} ${style.outlineWidth} ${style.boxShadow} ${style.backgroundColor}`)
      .join('|');
    one.focus();
    return seen;
  });
  expect(withFocus).not.toBe(without);
}
