/** A calendar date in England, yyyy-mm-dd; what is half typed is kept as typed (`?` and the words). */
import type { FieldType } from './field-type.ts';
import { isBlank, sameJson } from './scalar.ts';

const datePattern = /^(\d{4})-(\d{2})-(\d{2})$/;
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

export const date: FieldType = {
  name: 'date',
  accepts: (value) => typeof value === 'string' && (isDate(value) || (value.startsWith('?') && value.length <= 40)),
  problems(value, field, today) {
    if (isBlank(value)) return [];
    const text = String(value);
    if (!isDate(text)) return [{ level: 'error', text: 'Enter a real date, like 27 3 2015' }];
    if (field.notFuture === true && text > today)
      return [{ level: 'error', text: 'The date must be today or in the past' }];
    const oldest =
      typeof field.warnYears === 'number'
        ? `${Number(today.slice(0, 4)) - field.warnYears}${today.slice(4)}`
        : undefined;
    if (oldest !== undefined && text < oldest)
      return [
        { level: 'warning', text: `This is more than ${String(field.warnYears)} years ago. Check that it is right` },
      ];
    return [];
  },
  isEmpty: isBlank,
  same: sameJson,
  print(value) {
    const [, year, month, day] = datePattern.exec(String(value)) ?? [];
    if (year === undefined) return isBlank(value) ? [] : [String(value).slice(1)];
    return [`${Number(day)} ${months[Number(month) - 1] ?? ''} ${year}`];
  },
  generate: (_field, pick) =>
    `${2001 + pick(25)}-${String(1 + pick(12)).padStart(2, '0')}-${String(1 + pick(28)).padStart(2, '0')}`,
};

/** A day that exists in the calendar. */
export function isDate(text: string): boolean {
  const [, year, month, day] = datePattern.exec(text) ?? [];
  if (year === undefined) return false;
  const when = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return when.getUTCMonth() === Number(month) - 1 && when.getUTCDate() === Number(day) && Number(year) >= 1900;
}
