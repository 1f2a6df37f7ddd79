/**
 * The rights of a parent pass to the young person at the end of compulsory school age: after the last Friday in June of
 * the school year in which they turn 16. «Over 16» in the words of the forms is shorthand for it; rights go by the date.
 */

/** The last day of compulsory school age. */
export function compulsorySchoolAgeEnds(born: string): string {
  const [year, month] = [Number(born.slice(0, 4)), Number(born.slice(5, 7))];
  // A school year that starts on 1 September: who turns 16 from September on leaves in the next calendar year.
  return lastFridayOfJune(year + 16 + (month >= 9 ? 1 : 0));
}

/** Whether the young person decides for themselves on that day. */
export const isYoungPerson = (born: string, day: string): boolean => day > compulsorySchoolAgeEnds(born);

function lastFridayOfJune(year: number): string {
  const weekday = new Date(Date.UTC(year, 5, 30)).getUTCDay();
  return `${year}-06-${30 - ((weekday + 2) % 7)}`;
}
