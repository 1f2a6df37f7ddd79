/**
 * Unique pupil number: check letter, authority (3), school (4), year (2), serial (3); a temporary one ends in a letter.
 * The check letter is the sum of the other characters times their place, from 2 to 13, modulo 23.
 */
import { isAuthority } from './authority-numbers.ts';

const letters = 'ABCDEFGHJKLMNPQRTUVWXYZ';
const pattern = /^[A-HJ-NP-RT-Z]\d{11}[0-9A-HJ-NP-RT-Z]$/;

/** As it is stored: upper case, without spaces. */
export const tidyUpn = (typed: string): string => typed.replace(/\s/g, '').toUpperCase();

/** `shape`: this is no UPN at all. `letter`, `authority`: it looks like one, but was mistyped or never given. */
export function upnFault(typed: string): 'shape' | 'letter' | 'authority' | undefined {
  const upn = tidyUpn(typed);
  if (!pattern.test(upn)) return 'shape';
  if (upn.charAt(0) !== checkLetter(upn)) return 'letter';
  return isAuthority(upn.slice(1, 4)) ? undefined : 'authority';
}

export function checkLetter(upn: string): string {
  let sum = 0;
  for (let place = 2; place <= 13; place += 1) {
    const character = upn.charAt(place - 1);
    sum += place * (/\d/.test(character) ? Number(character) : letters.indexOf(character));
  }
  return letters.charAt(sum % 23);
}
