/**
 * A date typed in three boxes. What is half typed is an answer too, kept as typed behind a question mark, so that
 * a session that ends between the day and the year loses neither.
 */
import { isDate } from '#sync/field-types/date.ts';

export interface DateParts {
  readonly day: string;
  readonly month: string;
  readonly year: string;
}

export function partsOfDate(value: string | null): DateParts {
  if (value === null || value === '') return { day: '', month: '', year: '' };
  if (value.startsWith('?')) {
    const [day = '', month = '', year = ''] = value.slice(1).split('/');
    return { day, month, year };
  }
  const [year = '', month = '', day = ''] = value.split('-');
  return { day: String(Number(day)), month: String(Number(month)), year };
}

/** A real day, what was typed of one, or nothing at all. */
export function dateOfParts({ day, month, year }: DateParts): string | null {
  const typed = [day, month, year].map((part) => part.replaceAll('/', '').slice(0, 12));
  if (typed.every((part) => part.trim() === '')) return null;
  const [d = '', m = '', y = ''] = typed.map((part) => part.trim());
  const date = `${y}-${monthNumber(m).padStart(2, '0')}-${d.padStart(2, '0')}`;
  return y.length === 4 && isDate(date) ? date : `?${typed.join('/')}`;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** «3», «03», «March» and «mar» are the same month to a person who types one. */
function monthNumber(text: string): string {
  const at = text.length < 3 ? -1 : months.indexOf(text.slice(0, 3).toLowerCase());
  return at < 0 ? text : String(at + 1);
}
