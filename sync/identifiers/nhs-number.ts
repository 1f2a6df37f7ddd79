/** NHS number: ten digits, the last a check digit modulo 11; people write it in groups of 3, 3 and 4. */
import { weightedSum } from './weighted-sum.ts';

/** As it is stored: digits only. */
export const tidyNhsNumber = (typed: string): string => typed.replace(/[\s-]/g, '');

/** A number of one digit repeated passes the sum and is nobody's. */
export function isNhsNumber(typed: string): boolean {
  const digits = tidyNhsNumber(typed);
  if (!/^\d{10}$/.test(digits) || /^(\d)\1{9}$/.test(digits)) return false;
  const check = (11 - (weightedSum(digits) % 11)) % 11;
  return check === Number(digits.charAt(9));
}

/** «943 476 5919»; what is no ten digits stays as it was typed. */
export function showNhsNumber(typed: string): string {
  const [, ...groups] = /^(\d{3})(\d{3})(\d{4})$/.exec(tidyNhsNumber(typed)) ?? [];
  return groups.length === 3 ? groups.join(' ') : typed;
}
