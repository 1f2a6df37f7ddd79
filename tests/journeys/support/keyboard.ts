/**
 * Hands that have no mouse: keys alone, and after every Tab a look at where the focus is. It has to move, to be seen, and
 * not to lie beneath what stays in view while one scrolls.
 */
import { expect, type Page } from '@playwright/test';

/** Where the keyboard is, as a person would tell it. */
export interface Stop {
  /** The same element has the same number, whatever became of the page around it. */
  readonly number: number;
  readonly tag: string;
  readonly id: string;
  readonly type: string;
  readonly role: string;
  readonly name: string;
  readonly words: string;
  readonly isExpanded: boolean | undefined;
  /** The question that the control belongs to. */
  readonly field: string;
  readonly faults: readonly string[];
}

export interface Keyboard {
  press(key: string, times?: number): Promise<void>;
  type(words: string): Promise<void>;
  /** On by Tab (or back), to the next thing that takes the keyboard. */
  next(key?: 'Tab' | 'Shift+Tab'): Promise<Stop>;
  here(): Promise<Stop>;
  /** On by Tab until this is reached; a page in which it cannot be reached fails. */
  to(isIt: (stop: Stop) => boolean, what: string, key?: 'Tab' | 'Shift+Tab'): Promise<Stop>;
  /** Stops at which the focus was looked at. */
  readonly stops: number;
}

export function keyboardOf(page: Page): Keyboard {
  let stops = 0;
  // Where the last Tab led, as long as no other key was pressed.
  let before: Stop | undefined;
  const keyboard: Keyboard = {
    get stops() {
      return stops;
    },
    async press(key, times = 1) {
      before = undefined;
      for (let at = 0; at < times; at += 1) await page.keyboard.press(key);
    },
    async type(words) {
      before = undefined;
      await page.keyboard.type(words);
    },
    async next(key = 'Tab') {
      await page.keyboard.press(key);
      let now = await page.evaluate(whereIs);
      // A page that is being drawn may mark the focus a moment later, which no eye can tell.
      for (let looks = 0; looks < 10 && now.tag !== 'BODY' && now.faults.length > 0; looks += 1) {
        await page.waitForTimeout(50);
        now = await page.evaluate(whereIs);
      }
      expect(now.number, `${key} leaves ${describe(now)}`).not.toBe(before?.number);
      before = now;
      // At the end of the page the focus goes to the browser's own buttons, and comes back from there.
      if (now.tag === 'BODY') return now;
      expect.soft(now.faults, `the focus on ${describe(now)}`).toEqual([]);
      stops += 1;
      return now;
    },
    here: () => page.evaluate(whereIs),
    async to(isIt, what, key) {
      const passed: string[] = [];
      for (let tries = 0; tries < 400; tries += 1) {
        const stop = await keyboard.next(key);
        if (isIt(stop)) return stop;
        passed.push(describe(stop));
      }
      throw new Error(`The keyboard does not reach ${what}. It passed ${passed.slice(-20).join(', ')}.`);
    },
  };
  return keyboard;
}

const describe = ({ tag, id, words }: Stop): string => `${tag.toLowerCase()} ${id === '' ? words : id}`;

/** Runs in the page. */
function whereIs(): Stop {
  const memory = window as unknown as { stopsSeen?: WeakMap<Element, number>; stopsCount?: number };
  memory.stopsSeen ??= new WeakMap();
  const at = document.activeElement ?? document.body;
  let number = memory.stopsSeen.get(at);
  if (number === undefined) {
    number = memory.stopsCount = (memory.stopsCount ?? 0) + 1;
    memory.stopsSeen.set(at, number);
  }
  const input = at instanceof HTMLInputElement ? at : undefined;
  const expanded = at.getAttribute('aria-expanded');
  // The round and square boxes of GOV.UK are drawn beside an invisible input: their ring is that of the label.
  const isBox = input !== undefined && (input.type === 'radio' || input.type === 'checkbox');
  const ring = isBox
    ? getComputedStyle(document.querySelector(`label[for="${input.id}"]`) ?? at, '::before')
    : // The ring of an editor is around its tools and its words.
      getComputedStyle(at.closest('.hub-editor__size, .hub-editor__tool, .hub-editor') ?? at);
  const hasRing =
    (ring.outlineStyle !== 'none' &&
      parseFloat(ring.outlineWidth) >= 2 &&
      !/^rgba\(.*, 0\)$/.test(ring.outlineColor)) ||
    ring.boxShadow !== 'none';
  const box = at.getBoundingClientRect();
  const faults: string[] = [];
  if (!at.matches(':focus-visible')) faults.push('is not marked as the focus');
  if (!hasRing) faults.push('has no ring');
  if (box.width === 0 || box.height === 0) faults.push('has no size');
  // A point of it must be on top: not all of it may lie beneath the lines that stay in view.
  const points = [0.05, 0.5, 0.95].flatMap((across) =>
    [0.1, 0.5, 0.9].map((down) => [box.left + box.width * across, box.top + box.height * down] as const),
  );
  const isSeen = points.some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return (
      top !== null &&
      (at.contains(top) || top.contains(at) || (isBox && top.closest(`label[for="${input.id}"]`) !== null))
    );
  });
  if (at !== document.body && !isSeen)
    faults.push(
      `lies beneath something else or outside of the window: ${String(Math.round(box.top))}, ${String(Math.round(box.height))}`,
    );
  return {
    number,
    tag: at.tagName,
    id: at.id,
    type: input?.type ?? '',
    role: at.getAttribute('role') ?? '',
    name: input?.name ?? '',
    words: (at.textContent ?? '').replace(/\s+/g, ' ').trim().slice(0, 80),
    isExpanded: expanded === null ? undefined : expanded === 'true',
    field: at.closest('[data-field]')?.getAttribute('data-field') ?? '',
    faults,
  };
}
