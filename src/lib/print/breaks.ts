/** Where a line may end. A small part of Unicode Standard Annex 14: what letters to and from families need, in the languages they write. */

/** Positions after which a new line may begin, in rising order; the last is the length of the text. */
export function breaksOf(text: string): number[] {
  const breaks: number[] = [];
  let position = 0;
  let before = '';
  for (const character of text) {
    if (before && mayBreakBetween(before, character)) breaks.push(position);
    before = character;
    position += character.length;
  }
  breaks.push(position);
  return breaks;
}

function mayBreakBetween(before: string, after: string): boolean {
  if (/[ \t\u1680\u2000-\u2006\u2008-\u200b\u205f\u3000]/.test(after)) return false;
  if (/[ \t\u1680\u2000-\u2006\u2008-\u200b\u205f\u3000]/.test(before)) return true;
  // A hyphen in front of a digit may be a minus or part of a case number.
  if (/[-\u2010\u2013\u2014/]/.test(before)) return /\p{L}/u.test(after);
  if (ideograph.test(before) || ideograph.test(after))
    return !noStart.test(after) && !noEnd.test(before) && !sticks.test(after) && !sticks.test(before);
  return false;
}

const ideograph = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3001-\u303f\uff01-\uff60]/u;
const noStart = /[\p{Pe}\p{Pf}、。，．！？：；…‥ー々〻％%.,!?:;)\]\u2019\u201d]/u;
const noEnd = /[\p{Ps}\p{Pi}￥＄£$(\u2018\u201c]/u;
/** Marks, joiners and no-break spaces hold on to both sides. */
const sticks = /[\p{M}\u00a0\u202f\u2007\u2060\u200d\ufeff]/u;
