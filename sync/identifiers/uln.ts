/** Unique learner number: ten digits, the last a check digit modulo 11. 9999999999 means «not known» and is no number. */
import { weightedSum } from './weighted-sum.ts';

export const tidyUln = (typed: string): string => typed.replace(/\s/g, '');

export function isUln(typed: string): boolean {
  const uln = tidyUln(typed);
  if (!/^[1-9]\d{9}$/.test(uln) || uln === '9999999999') return false;
  const remainder = weightedSum(uln) % 11;
  return remainder !== 0 && Number(uln.charAt(9)) === 10 - remainder;
}
