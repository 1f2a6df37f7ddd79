import { expect, test } from 'vitest';
import type { MineView } from '#lib/device/hub.ts';
import { reasons } from '#sync/reasons.ts';
import { toldOf } from './mine.ts';

const about = { label: 'First name', entry: 'Contact 1, Orla,', me: 'me', mayUse: true };
const mine = (more: Partial<MineView>) =>
  ({ id: 'x', doc: 'd', holder: 'child', field: 'first_name', value: 'Zo', at: 1, done: false, ...more }) as MineView;
const by = (id: string) => ({ id: id as never, name: 'Ann Lee', role: 'parent' });

test('one reads what happened, what is kept and what can be done, in words that need no explaining', () => {
  const kinds: Partial<MineView>[] = [
    ...(['overtaken', 'item-kept', 'item-revived'] as const).flatMap((what) => [{ what, by: by('other') }, { what }]),
    { what: 'overtaken', by: by('me') },
    ...Object.keys(reasons).flatMap((reason) =>
      (['parked', 'refused'] as const).map((what) => ({ what, reason: reason as MineView['reason'] & string })),
    ),
    { what: 'refused' },
  ];
  for (const kind of kinds) {
    const { title, happened } = toldOf(mine(kind), about);
    expect(title).toMatch(/^(First name: |Contact 1, Orla, )/);
    expect(happened.length).toBeGreaterThan(20);
    expect(`${title} ${happened}`).not.toMatch(
      /\b(conflict|sync\w*|edits?|parked|overtaken|merged?|undefined|null)\b/i,
    );
  }
});

test('what can no longer be done is not offered, and what one did oneself is not put down to another', () => {
  const overtaken = mine({ what: 'overtaken', by: by('other') });
  expect(toldOf(overtaken, about).happened).toContain('If you do nothing, theirs stays');
  expect(toldOf(overtaken, { ...about, standing: 'mine' }).happened).toContain('Your own answer is in the form now');
  expect(toldOf(overtaken, { ...about, standing: 'another' }).happened).not.toContain('their answer is in the form');
  expect(toldOf(overtaken, about).happened).toContain('You can use yours instead');
  expect(toldOf(overtaken, { ...about, mayUse: false }).happened).not.toContain('You can');
  expect(toldOf(overtaken, about).title).toBe('First name: Ann Lee (Parent or carer) gave a different answer');
  expect(toldOf(mine({ what: 'overtaken', by: by('me') }), about).title).toContain('on another device');
});

test('a change without words is not called words, and a question that asks is not followed by a colon', () => {
  const late = mine({ what: 'parked', reason: 'section-closed' });
  expect(toldOf(late, { ...about, isWordless: true }).happened).toContain('There are no words in it');
  expect(toldOf(mine({ what: 'item-revived' }), { ...about, isEntryGone: true }).title).not.toContain('is back');
  expect(toldOf(late, { ...about, label: 'What helps?' }).title).toBe(
    'What helps? Your answer came after the request was sent',
  );
});

test('a reason that only a newer Hub knows is told of as such, and never as nothing', () => {
  expect(toldOf(mine({ what: 'parked', reason: 'from-the-future' as never }), about).happened).toContain(
    'Update the app',
  );
});
