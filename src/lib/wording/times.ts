/** Instants and dates as people in England read them. An instant is always shown by the clock of England, wherever the device is. */
const zone = 'Europe/London';
const time = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { timeZone: zone, day: 'numeric', month: 'long', year: 'numeric' });
const digits = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
const calendar = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' });

/** «14:02». */
export const timeOfDay = (at: number): string => time.format(at);
/** «3 November 2026 at 14:02». */
export const dayAndTime = (at: number): string => `${day.format(at)} at ${time.format(at)}`;
/** «3 November 2026». */
export const dayOf = (at: number): string => day.format(at);
/** The date in England at an instant, yyyy-mm-dd. */
export const dateInEngland = (at: number): string => digits.format(at);
/** A calendar date yyyy-mm-dd in words; what is no date stays as it is. */
export function dateInWords(date: string): string {
  const at = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(at) ? date : calendar.format(at);
}
