/** Different answers to one question, in words. */
import type { By } from '#sync/protocol/changes.ts';
import { whoIs } from './people.ts';

/** How many questions wait for somebody to choose between answers. */
export const choicesToMake = (count: number): string =>
  count === 1
    ? '1 question has different answers. Choose one'
    : `${String(count)} questions have different answers. Choose one for each`;

/** How many messages about one's own answers stand in a section. */
export const messagesToRead = (count: number): string =>
  count === 1 ? '1 message about your answer' : `${String(count)} messages about your answers`;

interface Side {
  readonly by: By;
  readonly isOwn: boolean;
}
const othersIn = (sides: readonly Side[]): readonly string[] => [
  ...new Set(sides.filter((side) => !side.isOwn).map((side) => whoIs(side.by))),
];

/** Who gave the answers. */
export function whoDiffers(sides: readonly Side[]): string {
  const others = othersIn(sides);
  const who = [...(sides.some((side) => side.isOwn) ? ['You'] : []), ...others];
  return others.length === 0
    ? 'You gave different answers on different devices.'
    : `${who.join(' and ')} gave different answers without seeing each other’s.`;
}

/** Said to somebody who is in the middle of an answer. */
export function meanwhile(sides: readonly Side[]): string {
  const others = othersIn(sides);
  const who =
    others.length === 0
      ? 'You gave a different answer on another device'
      : `${others.join(' and ')} gave a different answer`;
  return `${who} while you were writing. You can go on: both answers are kept. When you leave this question, you can choose between them.`;
}
