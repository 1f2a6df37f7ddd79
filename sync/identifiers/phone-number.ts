/** Telephone numbers: kept as people type them, compared as E.164 with +44 where no country is said, shown in groups. */

/** Undefined where it cannot be told which number is meant: without the area code, or too short. */
export function toE164(typed: string): string | undefined {
  // «+44 (0)1632»: the bracketed nought is only dialled at home.
  const plain = typed
    .trim()
    .replace(/^((?:\+|00)[\d\s]+)\(0\)/, '$1')
    .replace(/[\s().-]/g, '');
  const international = plain.startsWith('+') ? plain : plain.startsWith('00') ? `+${plain.slice(2)}` : undefined;
  const whole = international ?? (plain.startsWith('0') ? `+44${plain.slice(1)}` : undefined);
  return whole !== undefined && /^\+[1-9]\d{6,14}$/.test(whole) ? whole : undefined;
}

/** United Kingdom numbers in the groups people know, others as E.164; what is no number stays as it was typed. */
export function showPhone(typed: string): string {
  const whole = toE164(typed);
  if (whole === undefined) return typed.trim();
  if (!whole.startsWith('+44')) return whole;
  const national = `0${whole.slice(3)}`;
  const groups = groupings.find(({ start, length }) => start.test(national) && national.length === length);
  if (groups === undefined) return whole;
  let from = 0;
  return groups.sizes.map((size) => national.slice(from, (from += size))).join(' ');
}

const groupings: readonly { start: RegExp; length: number; sizes: readonly number[] }[] = [
  { start: /^02/, length: 11, sizes: [3, 4, 4] },
  { start: /^01(1|\d1)/, length: 11, sizes: [4, 3, 4] },
  { start: /^0[389]/, length: 11, sizes: [4, 3, 4] },
  { start: /^0[17]/, length: 11, sizes: [5, 6] },
  { start: /^01/, length: 10, sizes: [5, 5] },
];
