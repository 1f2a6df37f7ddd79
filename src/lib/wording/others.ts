/** Who else is here now, in words. */
import type { By } from '#sync/protocol/changes.ts';
import { whoIs } from './people.ts';

/** Three names at most: more would push the form off a telephone's screen. */
const namedMax = 3;

function namesOf(who: readonly By[]): string {
  const named = who.slice(0, who.length > namedMax ? namedMax - 1 : namedMax).map(whoIs);
  const rest = who.length - named.length;
  const all = rest === 0 ? named : [...named, `${String(rest)} others`];
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}`;
}

export const alsoWriting = (who: readonly By[]): string =>
  `${namesOf(who)} ${who.length === 1 ? 'is' : 'are'} also writing here now`;
export const alsoOpen = (who: readonly By[]): string =>
  `${namesOf(who)} also ${who.length === 1 ? 'has' : 'have'} this request open`;
