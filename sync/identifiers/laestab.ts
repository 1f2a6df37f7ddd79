import { isEnglishAuthority } from './authority-numbers.ts';

/** Authority and establishment number of a setting, `830/2000` or `8302000`. */
export const isLaestab = (typed: string): boolean =>
  /^\d{3}\/?\d{4}$/.test(typed.trim()) && isEnglishAuthority(typed.trim().slice(0, 3));
