/** Calendar days in England: lawful dates are days there, whatever clock or zone the server or the sender is in. */
import { Temporal } from 'temporal-polyfill';

/** yyyy-mm-dd in Europe/London. */
export const calendarDay = (at: number): string =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO('Europe/London').toPlainDate().toString();

/** «3 September 2026». */
export function dayInWords(day: string): string {
  const { day: number, month, year } = Temporal.PlainDate.from(day);
  return `${String(number)} ${months[month - 1] ?? ''} ${String(year)}`;
}
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
